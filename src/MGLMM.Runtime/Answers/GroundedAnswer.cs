using MGLMM.Masks;
using MGLMM.Runtime.Text;

namespace MGLMM.Runtime.Answers;

/// <summary>An answer whose phrases are tied to masks. Immutable.</summary>
public sealed record GroundedAnswer
{
    /// <summary>The whole prompt that the model was given, earlier turns included.</summary>
    public required string Prompt { get; init; }

    /// <summary>The answer as the official inference prints it, with markup and <c>&lt;/s&gt;</c>.</summary>
    public required string Text { get; init; }

    /// <summary>The answer for people: no markup, and the phrases' spans in it.</summary>
    public required GroundedText Grounded { get; init; }

    /// <summary>One entry per [SEG] of the answer, in order.</summary>
    public required IReadOnlyList<GroundedSegment> Segments { get; init; }

    /// <summary>The generated token ids, the end-of-sequence token included.</summary>
    public required IReadOnlyList<int> TokenIds { get; init; }

    /// <summary>Why generation stopped.</summary>
    public required StopReason StopReason { get; init; }

    /// <summary>The boxes that the dialogue's <c>&lt;bbox&gt;</c> stood for in this turn.</summary>
    public IReadOnlyList<RegionBox> Regions { get; init; } = [];

    /// <summary>
    /// What the region encoder made of each of <see cref="Regions"/>: rows of the decoder's width. Null unless
    /// <see cref="AskOptions.IncludeRegionFeatures"/> asked for them.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<float>>? RegionFeatures { get; init; }

    /// <summary>Where the time went.</summary>
    public required AnswerTimings Timings { get; init; }

    /// <summary>The answer's text for people.</summary>
    public string Caption => Grounded.Caption;
}

/// <summary>A [SEG] of an answer.</summary>
/// <param name="Phrase">The phrase that it belongs to; null where the answer gives none.</param>
/// <param name="Start">Where the phrase starts in the caption, in characters.</param>
/// <param name="End">Where it ends; equal to <paramref name="Start"/> without a phrase.</param>
/// <param name="Mask">Of the opened picture's size; empty where the model saw nothing.</param>
public sealed record GroundedSegment(string? Phrase, int Start, int End, Mask Mask);

/// <summary>Why generation stopped.</summary>
public enum StopReason
{
    /// <summary>The model ended its answer.</summary>
    EndOfSequence,

    /// <summary>The caller's limit of new tokens was reached.</summary>
    MaximumNewTokens,

    /// <summary>The model's longest sequence was reached.</summary>
    MaximumLength,
}

/// <summary>Names of stop reasons in machine-readable output.</summary>
public static class StopReasons
{
    /// <summary><c>eos</c>, <c>max_new_tokens</c> or <c>max_length</c>.</summary>
    public static string ToWireName(this StopReason reason) => reason switch
    {
        StopReason.EndOfSequence => "eos",
        StopReason.MaximumNewTokens => "max_new_tokens",
        StopReason.MaximumLength => "max_length",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
