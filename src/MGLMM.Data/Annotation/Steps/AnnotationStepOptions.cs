using MGLMM.Data.Annotation.Cleaning;
using Microsoft.Extensions.AI;

namespace MGLMM.Data.Annotation.Steps;

/// <summary>What <see cref="AnnotationSteps.Default"/> is made of.</summary>
public sealed class AnnotationStepOptions
{
    /// <summary>Who proposes masks, in order: some of <see cref="AnnotationSteps.ProposerNames"/>.</summary>
    public IReadOnlyList<string> Proposals { get; init; } = ["panoptic", "list", "parts"];

    /// <summary>Where the files of the proposer <c>files</c> lie.</summary>
    public string? MaskFolder { get; init; }

    /// <summary>Masks of files whose <c>predicted_iou</c> is lower are left out.</summary>
    public double LeastPredictedIou { get; init; }

    /// <summary>What a region has to be like to stay.</summary>
    public CleaningOptions Cleaning { get; init; } = new();

    /// <summary>Whether regions and captions are checked. Without, everything that was proposed and cleaned stays, for comparison.</summary>
    public bool Checked { get; init; } = true;

    /// <summary>Regions for which less speaks on average go: a higher value gives fewer and purer regions.</summary>
    public double LeastConfidence { get; init; } = 0.85;

    /// <summary>Who names regions and writes captions; null leaves both to the model and to rules. Not disposed.</summary>
    public IChatClient? Chat { get; init; }

    /// <summary>The name of <see cref="Chat"/>, for settings and reports.</summary>
    public string ChatName { get; init; } = "chat";
}
