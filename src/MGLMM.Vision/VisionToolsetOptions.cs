using MGLMM.Vision.Exports;
using MGLMM.Vision.Grounding;
using MGLMM.Vision.Inputs;
using MGLMM.Vision.Tools;
using MGLMM.Vision.Tools.BuiltIn;

namespace MGLMM.Vision;

/// <summary>How a <see cref="VisionToolset"/> works. The defaults are safe for an untrusted caller.</summary>
public sealed record VisionToolsetOptions
{
    /// <summary>The defaults.</summary>
    public static VisionToolsetOptions Default { get; } = new();

    /// <summary>What <c>open_image</c> may read.</summary>
    public ImageInputPolicy Inputs { get; init; } = ImageInputPolicy.DenyAll;

    /// <summary>Reads picture files; null takes the one of MGLMM.Imaging (SkiaSharp).</summary>
    public IImageDecoder? Decoder { get; init; }

    /// <summary>
    /// The formats that <c>export_regions</c> writes, in the order that callers are told of them. A host puts its own beside ours:
    /// <c>[.. ExportFormats.BuiltIn, new MyFormat()]</c>. Each name once.
    /// </summary>
    public IReadOnlyList<IExportFormat> ExportFormats { get; init; } = Exports.ExportFormats.BuiltIn;

    /// <summary>The host's own sources of pictures, asked in order and before everything else.</summary>
    public IReadOnlyList<IImageSource> Sources { get; init; } = [];

    /// <summary>Tools of the host's own, beside ours. Their names are unlike ours and each other.</summary>
    public IReadOnlyList<VisionTool> Tools { get; init; } = [];

    /// <summary>Tokens of one answer at most.</summary>
    public int MaximumNewTokens { get; init; } = 512;

    /// <summary>
    /// How long a tool waits for an answer of the model, as <see cref="AskOptions.Deadline"/>; one that is not there by then ends with <see cref="Results.ToolErrorCodes.Late"/>. Null is as
    /// long as it takes.
    /// </summary>
    public TimeSpan? AnswerDeadline { get; init; }

    /// <summary>
    /// Whether a picture is prepared (<see cref="IOpenedImage.PrepareAsync"/>) as soon as it is opened, while its first question is still being written. A picture that nobody asks about
    /// is prepared for nothing.
    /// </summary>
    public bool PrepareImages { get; init; }

    /// <summary>Whether an owner's requests come first or can wait, by the owner's name; null lets none wait for others.</summary>
    public Func<string, AskPriority>? PriorityOf { get; init; }

    /// <summary>
    /// Tokens that one result may cost the model that reads it, by a careful estimate. Regions that do not fit are in the result's
    /// set; words that do not fit are cut.
    /// </summary>
    public int MaximumResultTokens { get; init; } = 560;

    /// <summary>Characters of the model's words in one result.</summary>
    public int MaximumTextLength { get; init; } = 1_200;

    /// <summary>Earlier turns that a follow-up question knows.</summary>
    public int MaximumDialogueTurns { get; init; } = 6;

    /// <summary>
    /// The folder that artifacts are written to, a full path; null keeps them in the workspace alone. No file there is ever replaced.
    /// </summary>
    public string? OutputFolder { get; init; }

    /// <summary>
    /// An object whose box takes less than this share of the picture is asked about on its crop, where it is seen larger. 0 to 1.
    /// </summary>
    public double CropBelowFraction { get; init; } = 0.15;

    /// <summary>What a crop shows around the object, as a share of the object's width and height. 0 to 1.</summary>
    public double CropMargin { get; init; } = 0.1;

    /// <summary>
    /// How much of a mask must lie inside the region that was looked in; the rest is cut off, and a mask with less is dropped as
    /// being something else. 0 to 1.
    /// </summary>
    public double MinimumContainment { get; init; } = 0.5;

    /// <summary>Checks the options, as every toolset does that takes them; those of <see cref="Inputs"/> are checked by themselves.</summary>
    /// <exception cref="ArgumentException">A value is out of range, or two tools or formats have one name.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Inputs);
        Exports.ExportFormats.Check(ExportFormats, nameof(ExportFormats));
        ArgumentNullException.ThrowIfNull(Sources);
        ArgumentNullException.ThrowIfNull(Tools);
        if (BuiltInTools.All.Concat(Tools).GroupBy(tool => tool.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(named => named.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"There are two tools called '{twice.Key}': give one of them another name.", nameof(Tools));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumNewTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AnswerDeadline ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(AnswerDeadline));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumResultTokens, 200);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumTextLength, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumDialogueTurns);
        if (OutputFolder is not null && !Path.IsPathFullyQualified(OutputFolder))
        {
            throw new ArgumentException("OutputFolder must be a full path.", nameof(OutputFolder));
        }

        Share(CropBelowFraction, nameof(CropBelowFraction));
        Share(CropMargin, nameof(CropMargin));
        Share(MinimumContainment, nameof(MinimumContainment));
    }

    internal VisionSettings ToSettings() => new()
    {
        Asking = new AskOptions { MaximumNewTokens = MaximumNewTokens, Deadline = AnswerDeadline },
        MaximumResultTokens = MaximumResultTokens,
        MaximumTextLength = MaximumTextLength,
        MaximumDialogueTurns = MaximumDialogueTurns,
        OutputFolder = OutputFolder,
        CropBelowFraction = CropBelowFraction,
        CropMargin = CropMargin,
        MinimumContainment = MinimumContainment,
    };

    private static void Share(double value, string name)
    {
        if (value is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(name, value, "Must be from 0 to 1.");
        }
    }
}
