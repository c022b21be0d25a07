using MGLMM.Data.Annotation.Captions;
using MGLMM.Data.Annotation.Checks;
using MGLMM.Data.Annotation.Cleaning;
using MGLMM.Data.Annotation.Proposals;
using Microsoft.Extensions.AI;

namespace MGLMM.Data.Annotation.Steps;

/// <summary>The pipeline as <c>mglmm annotate</c> runs it: proposals, cleaning, tree, names, relations, captions, checks. A host takes its steps and rearranges them.</summary>
public static class AnnotationSteps
{
    /// <summary>The names of the proposers that <see cref="AnnotationStepOptions.Proposals"/> can hold.</summary>
    public static IReadOnlyList<string> ProposerNames { get; } = ["panoptic", "list", "parts", "crops", "files"];

    /// <summary>The steps, in order.</summary>
    /// <param name="model">Who is asked; not disposed.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <exception cref="ArgumentException">A proposer is none, or one of files has no folder.</exception>
    public static IReadOnlyList<IAnnotationStep> Default(IGroundingModel model, AnnotationStepOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new AnnotationStepOptions();
        TemplateNamer namer = new(model);
        TemplateComposer composer = new();
        List<IAnnotationStep> steps =
        [
            new ProposalStep([.. options.Proposals.Select(name => Proposer(model, name, options))]),
            new CleaningStep(options.Cleaning, options.Checked ? model : null),
            new TreeStep(options.Cleaning),
            new NamingStep(options.Chat is null ? [namer] : [new ChatNamer(options.Chat, options.ChatName), namer]),
            new RelationStep(),
            new CaptionStep(options.Chat is null ? [composer] : [new ChatComposer(options.Chat, options.ChatName), composer]),
        ];
        if (options.Checked)
        {
            steps.Add(new CheckStep(Checks(model), options.LeastConfidence));
        }

        return steps;
    }

    /// <summary>The checks, in order.</summary>
    /// <param name="model">Who is asked back; not disposed.</param>
    public static IReadOnlyList<IAnnotationCheck> Checks(IGroundingModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return
        [
            new OutlineCheck(), new PresenceCheck(model), new AskBackCheck(model), new DoubleCheck(), new CoverageCheck(),
            new MarkupCheck(), new HeadCheck(model.Card.Vocabulary), new ColourCheck(), new PlaceCheck(),
        ];
    }

    private static IMaskProposer Proposer(IGroundingModel model, string name, AnnotationStepOptions options) => name switch
    {
        "panoptic" => ModelProposer.Panoptic(model),
        "list" => ModelProposer.List(model),
        "parts" => new PartProposer(model),
        "crops" => new CropProposer(model),
        "files" => new FileProposer(options.MaskFolder ?? throw new ArgumentException("Proposals from files need the folder that they lie in."), options.LeastPredictedIou),
        _ => throw new ArgumentException($"'{name}' proposes nothing; known are {string.Join(", ", ProposerNames)}."),
    };
}
