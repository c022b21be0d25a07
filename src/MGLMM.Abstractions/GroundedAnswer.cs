using System.Text.Json.Serialization;
using MGLMM.Masks;

namespace MGLMM;

/// <summary>An answer whose phrases are tied to masks. Immutable; survives serialisation (<see cref="GroundingJson"/>).</summary>
/// <remarks>
/// A model of a host's own makes one from marked-up text and masks (<see cref="FromText"/>), or piece by piece
/// (<see cref="GroundedAnswerBuilder"/>).
/// </remarks>
public sealed record GroundedAnswer
{
    /// <summary>The whole prompt that the model was given, earlier turns included; empty where there is none to tell.</summary>
    public string Prompt { get; init; } = string.Empty;

    /// <summary>The answer with its markup, as the official inference prints it, with <c>&lt;/s&gt;</c>.</summary>
    public required string Text { get; init; }

    /// <summary>The answer for people: no markup, and the phrases' spans in it.</summary>
    public required GroundedText Grounded { get; init; }

    /// <summary>One entry per [SEG] of the answer, in order.</summary>
    public required IReadOnlyList<GroundedSegment> Segments { get; init; }

    /// <summary>The generated token ids, the end-of-sequence token included; empty for a model without tokens.</summary>
    public IReadOnlyList<int> TokenIds { get; init; } = [];

    /// <summary>Why generation stopped.</summary>
    public StopReason StopReason { get; init; }

    /// <summary>The boxes that the dialogue's <c>&lt;bbox&gt;</c> stood for in this turn.</summary>
    public IReadOnlyList<RegionBox> Regions { get; init; } = [];

    /// <summary>
    /// What the region encoder made of each of <see cref="Regions"/>: rows of the decoder's width. Null unless
    /// <see cref="AskOptions.IncludeRegionFeatures"/> asked for them.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<float>>? RegionFeatures { get; init; }

    /// <summary>Where the time went.</summary>
    public AnswerTimings Timings { get; init; } = new();

    /// <summary>The answer's text for people.</summary>
    [JsonIgnore]
    public string Caption => Grounded.Caption;

    /// <summary>Makes an answer of text in the unified format and one mask for each of its <c>[SEG]</c>.</summary>
    /// <param name="text">Such as <c>&lt;p&gt; A man &lt;/p&gt; [SEG] rides.</c></param>
    /// <param name="masks">Of the picture's size, in the order of the text; a <c>[SEG]</c> beyond them is dropped.</param>
    public static GroundedAnswer FromText(string text, IReadOnlyList<Mask> masks)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(masks);
        GroundedText grounded = GroundedText.Parse(text, masks.Count);
        return new GroundedAnswer { Text = text, Grounded = grounded, Segments = grounded.With(masks) };
    }
}
