using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MGLMM.Vision.Diagnostics;
using MGLMM.Vision.Geometry;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;
using Microsoft.Extensions.Logging;

namespace MGLMM.Vision.Grounding;

/// <summary>The one way to the model: its wordings filled in, its answers measured. Thread-safe.</summary>
internal sealed partial class ModelAccess(IGroundingModel? model, AskOptions options, ILogger logger, bool prepares = false)
{
    private const string NoModel = "none";

    /// <summary>Where a box stands in an instruction.</summary>
    private const string BoxMarkup = "<bbox>";

    // A picture is opened over the model once for as long as its pixels are kept.
    private readonly ConditionalWeakTable<RgbImage, IOpenedImage> _opened = [];

    // Each once; a picture that is opened again is the one before.
    private readonly ConditionalWeakTable<RgbImage, object> _prepared = [];

    public IGroundingModel? Model => model;

    /// <summary>For telemetry: the model's name, or that there is none.</summary>
    public string Name => model?.Card.Name ?? NoModel;

    /// <exception cref="ModelUnavailableException">There is no model.</exception>
    public ModelCard Card => Required().Card;

    /// <summary>Puts an instruction to the model and measures its answer.</summary>
    /// <param name="view">What the model is shown: the picture, a part of it, or a box in it.</param>
    /// <param name="image">The picture.</param>
    /// <param name="instruction">In the model's own wording.</param>
    /// <param name="earlier">Turns that it goes on from; null for none.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<GroundedAnswer> AskAsync(
        PictureView view, VisionImage image, string instruction, IReadOnlyList<EarlierTurn>? earlier = null, CancellationToken cancellationToken = default)
    {
        IGroundingModel asked = Required();
        LogInstruction(logger, image.Handle, instruction);
        IOpenedImage opened = await OpenAsync(asked, view.Shown, cancellationToken).ConfigureAwait(false);
        AskOptions asking = earlier is null ? options : options with { EarlierTurns = earlier };
        asking = view.Regions.Count == 0 ? asking : asking with { Regions = view.Regions };
        GroundedAnswer answer = await opened.AskAsync(instruction, asking, cancellationToken).ConfigureAwait(false);
        VisionTelemetry.RecordAnswer(asked.Card.Name, answer);
        return answer;
    }

    /// <summary>Begins to prepare a picture, where that is wanted, and returns at once. Who asks about the picture is told what is wrong with the model.</summary>
    public void Prepare(VisionImage image)
    {
        if (prepares && model is not null && _prepared.TryAdd(image.Pixels, image))
        {
            _ = PrepareAsync(model, image);
        }
    }

    private async Task PrepareAsync(IGroundingModel asked, VisionImage image)
    {
        try
        {
            IOpenedImage opened = await OpenAsync(asked, image.Pixels, CancellationToken.None).ConfigureAwait(false);
            await opened.PrepareAsync(options with { Deadline = null }).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogUnprepared(logger, image.Handle, exception);
        }
    }

    private async ValueTask<IOpenedImage> OpenAsync(IGroundingModel asked, RgbImage shown, CancellationToken cancellationToken)
    {
        if (!_opened.TryGetValue(shown, out IOpenedImage? opened))
        {
            opened = await asked.OpenImageAsync(shown, cancellationToken).ConfigureAwait(false);
            _opened.AddOrUpdate(shown, opened);
        }

        return opened;
    }

    /// <summary>The model's own wording of a task.</summary>
    /// <param name="task">One that it supports.</param>
    /// <param name="value">What stands for the wording's placeholder; null if it has none.</param>
    /// <param name="argument">The argument that the value came from, for the error.</param>
    /// <exception cref="ToolException">The value has no usable words, or too many.</exception>
    public string Instruction(string task, string? value, string argument)
    {
        try
        {
            return Card.Instructions.Fill(task, value);
        }
        catch (ArgumentException)
        {
            throw value is { Length: > InstructionTemplates.MaximumValueLength }
                ? new ToolException(
                    ToolErrorCodes.TooLong,
                    $"'{argument}' has {value.Length} characters; at most {InstructionTemplates.MaximumValueLength} are accepted.",
                    "Say it in fewer words.")
                : ToolException.BadArgument($"'{argument}' has no usable words.", "Say it in plain words, without markup.");
        }
    }

    /// <summary>The preferred wording of a task that is supported.</summary>
    public string Template(string task) => Card.Wordings[task][0];

    /// <summary>Whether the model has a wording for a task; one that points to a box counts only if the model takes boxes.</summary>
    public bool Supports(string task) => Card.Instructions.Supports(task) && (Card.TakesBoxes || !HoldsBox(task));

    /// <summary>Whether a task is asked with a box of the whole picture, as models that take boxes were trained, instead of a crop.</summary>
    public bool PointsToBox(string task) => Supports(task) && HoldsBox(task);

    /// <summary>Refuses a task that the model was not trained for.</summary>
    /// <param name="task">The task.</param>
    /// <param name="what">What it is called in the message.</param>
    /// <param name="remedy">What to use instead.</param>
    public void Require(string task, string what, string remedy)
    {
        if (!Supports(task))
        {
            throw new ToolException(ToolErrorCodes.NotSupported, $"The loaded model '{PlainText.Limit(Card.Name, 80)}' was not trained for {what}.", remedy);
        }
    }

    private bool HoldsBox(string task) => Template(task).Contains(BoxMarkup, StringComparison.Ordinal);

    private IGroundingModel Required() => model ?? Missing();

    [DoesNotReturn]
    private static IGroundingModel Missing() => throw new ModelUnavailableException("There is no model here: pictures cannot be asked about.");

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Image} was not prepared for questions; they do it themselves.")]
    private static partial void LogUnprepared(ILogger logger, string image, Exception exception);

    /// <summary>Sensitive: an instruction may hold what a user wrote. At no level above Trace.</summary>
    [LoggerMessage(Level = LogLevel.Trace, Message = "The model is asked about {Image}: {Instruction}")]
    private static partial void LogInstruction(ILogger logger, string image, string instruction);
}
