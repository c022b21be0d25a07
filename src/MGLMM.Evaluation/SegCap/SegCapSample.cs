namespace MGLMM.Evaluation.SegCap;

/// <summary>
/// A line of a <c>segcap.jsonl</c>; see <c>docs/segcap-format.md</c>. Lists that a line leaves out are empty (their setters see
/// to it, because the JSON source generator hands over null for what is absent).
/// </summary>
public sealed record SegCapSample
{
    /// <summary>Unique in its file.</summary>
    public required string Id { get; init; }

    /// <summary>Path of the picture, relative to the file.</summary>
    public required string Image { get; init; }

    /// <summary>Width of the picture in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height of the picture in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Which task it is, such as <c>panoptic</c> or <c>refer_none</c>.</summary>
    public required string Task { get; init; }

    /// <summary><c>panoptic</c>, <c>instance</c> or <c>part</c>.</summary>
    public string? Granularity { get; init; }

    /// <summary>The key of the instruction's wording.</summary>
    public string? Wording { get; init; }

    /// <summary>What is asked.</summary>
    public required string Instruction { get; init; }

    /// <summary>What the model is to say, with markup.</summary>
    public required string Answer { get; init; }

    /// <summary>One mask per <c>[SEG]</c> of the answer.</summary>
    public IReadOnlyList<RunLengths> Masks { get; init => field = value ?? []; } = [];

    /// <summary>One label per mask.</summary>
    public IReadOnlyList<string> Labels { get; init => field = value ?? []; } = [];

    /// <summary>One parent per mask; null for whole things.</summary>
    public IReadOnlyList<string?> Parents { get; init => field = value ?? []; } = [];

    /// <summary>Earlier turns, oldest first.</summary>
    public IReadOnlyList<SegCapTurn> History { get; init => field = value ?? []; } = [];

    /// <summary>x, y, width, height to which the picture is cropped first; null for the whole picture.</summary>
    public IReadOnlyList<int>? Region { get; init; }

    /// <summary>For minimal pairs: <c>kind</c> or <c>colour</c>.</summary>
    public string? Pair { get; init; }

    /// <summary>For minimal pairs: whether the question is true of the picture.</summary>
    public bool? Truth { get; init; }
}

/// <summary>A mask as COCO writes it.</summary>
/// <param name="Size">Height and width.</param>
/// <param name="Counts">The compressed string.</param>
public sealed record RunLengths(IReadOnlyList<int> Size, string Counts);

/// <summary>An earlier turn of a dialogue.</summary>
/// <param name="Instruction">What was asked.</param>
/// <param name="Answer">What was answered, with markup and without an end token.</param>
public sealed record SegCapTurn(string Instruction, string Answer);
