using System.Text.Json.Serialization;
using MGLMM.Data.SegCap;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Runs;

/// <summary>A line of <c>steps.jsonl</c>: what one step made of one picture.</summary>
internal sealed record StepLine
{
    public required string Picture { get; init; }

    public required string Step { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>SHA-256 of the picture's file.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What the step took of the picture's besides, such as a file of masks: <see cref="IAnnotationStep.FingerprintOf"/>.</summary>
    public string? Inputs { get; init; }

    /// <summary>Why the picture could not be read; the other fields are empty then.</summary>
    public string? Unreadable { get; init; }

    public IReadOnlyList<RegionLine> Regions { get; init => field = value ?? []; } = [];

    public IReadOnlyList<RegionRelation> Relations { get; init => field = value ?? []; } = [];

    public IReadOnlyList<NodeCaption> Captions { get; init => field = value ?? []; } = [];

    public IReadOnlyList<AnnotationDrop> Dropped { get; init => field = value ?? []; } = [];

    public IReadOnlyList<AnnotationDrop> Notes { get; init => field = value ?? []; } = [];

    /// <summary>The line of a step. A mask that is the same as before is not written again.</summary>
    public static StepLine Of(string picture, string sha256, string step, PictureAnnotation before, AnnotationStepResult result)
    {
        Dictionary<string, Mask> known = before.Regions.ToDictionary(region => region.Id, region => region.Mask, StringComparer.Ordinal);
        return new StepLine
        {
            Picture = picture,
            Step = step,
            Width = result.Annotation.Width,
            Height = result.Annotation.Height,
            Sha256 = sha256,
            Regions = [.. result.Annotation.Regions.Select(region => RegionLine.Of(region, known.TryGetValue(region.Id, out Mask? mask) && mask.Equals(region.Mask)))],
            Relations = result.Annotation.Relations,
            Captions = result.Annotation.Captions,
            Dropped = result.Dropped,
            Notes = result.Notes,
        };
    }

    /// <summary>What is known after the step.</summary>
    /// <exception cref="FormatException">A mask is missing or damaged.</exception>
    public AnnotationStepResult Restored(PictureAnnotation? before)
    {
        Dictionary<string, Mask> known = (before?.Regions ?? []).ToDictionary(region => region.Id, region => region.Mask, StringComparer.Ordinal);
        PictureAnnotation annotation = new()
        {
            Width = Width,
            Height = Height,
            Regions = [.. Regions.Select(region => region.Restored(known, Width, Height))],
            Relations = Relations,
            Captions = Captions,
        };
        return new AnnotationStepResult(annotation, Dropped) { Notes = Notes };
    }
}

/// <summary>A region in a line.</summary>
internal sealed record RegionLine
{
    public required string Id { get; init; }

    public string? Parent { get; init; }

    public string? Label { get; init; }

    public string? Phrase { get; init; }

    public string? Caption { get; init; }

    public string? CaptionAuthor { get; init; }

    public IReadOnlyList<string> Sources { get; init => field = value ?? []; } = [];

    public IReadOnlyList<string> Answers { get; init => field = value ?? []; } = [];

    public string? FoundIn { get; init; }

    public IReadOnlyDictionary<string, double>? Evidence { get; init; }

    /// <summary>Null: the mask is the one of the line before.</summary>
    public RunLengths? Mask { get; init; }

    public static RegionLine Of(AnnotatedRegion region, bool sameMask) => new()
    {
        Id = region.Id,
        Parent = region.Parent,
        Label = region.Label,
        Phrase = region.Phrase,
        Caption = region.Caption,
        CaptionAuthor = region.CaptionAuthor,
        Sources = region.Sources,
        Answers = region.Answers,
        FoundIn = region.FoundIn,
        Evidence = region.Evidence.Count == 0 ? null : new SortedDictionary<string, double>(region.Evidence.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal),
        Mask = sameMask ? null : RunLengths.Of(region.Mask),
    };

    public AnnotatedRegion Restored(Dictionary<string, Mask> known, int width, int height) => new()
    {
        Id = Id,
        Parent = Parent,
        Label = Label,
        Phrase = Phrase,
        Caption = Caption,
        CaptionAuthor = CaptionAuthor,
        Sources = Sources,
        Answers = Answers,
        FoundIn = FoundIn,
        Evidence = Evidence ?? new Dictionary<string, double>(),
        Mask = Mask?.ToMask(width, height) ?? (known.TryGetValue(Id, out Mask? mask) ? mask : throw new FormatException($"The region '{Id}' has no mask.")),
    };
}

/// <summary>The first line of <c>steps.jsonl</c>: under what settings the others were written.</summary>
internal sealed record RunLine
{
    public const int CurrentVersion = 1;

    public required int Annotation { get; init; }

    public required string Tool { get; init; }

    public required string Model { get; init; }

    public string? Chat { get; init; }

    public required IReadOnlyList<StepSettings> Steps { get; init; }
}

/// <summary>A step in the first line.</summary>
internal sealed record StepSettings(string Name, string Settings);

/// <summary>Source-generated JSON of runs.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StepLine))]
[JsonSerializable(typeof(RunLine))]
internal sealed partial class RunJson : JsonSerializerContext;
