using System.Text.Json.Serialization;
using MGLMM.Masks;

namespace MGLMM;

/// <summary>An answer made readable: a clean caption and which of its phrases which masks ground. Immutable.</summary>
public sealed class GroundedText
{
    /// <summary>Takes the parts of an answer that was parsed elsewhere.</summary>
    /// <param name="caption">Clean text.</param>
    /// <param name="phrases">In the order of the answer; together they name every segment once.</param>
    /// <param name="segmentCount">How many <c>[SEG]</c> the answer has.</param>
    /// <exception cref="ArgumentException">A span lies outside the caption, or the segments are not each named once.</exception>
    [JsonConstructor]
    public GroundedText(string caption, IReadOnlyList<GroundedPhrase> phrases, int segmentCount)
    {
        ArgumentNullException.ThrowIfNull(caption);
        ArgumentNullException.ThrowIfNull(phrases);
        ArgumentOutOfRangeException.ThrowIfNegative(segmentCount);
        Caption = caption;
        Phrases = phrases;
        GroundedPhrase?[] bySegment = new GroundedPhrase?[segmentCount];
        foreach (GroundedPhrase phrase in phrases)
        {
            if (phrase.Start < 0 || phrase.End < phrase.Start || phrase.End > caption.Length)
            {
                throw new ArgumentException($"The phrase at {phrase.Start} to {phrase.End} lies outside the caption of {caption.Length} characters.", nameof(phrases));
            }

            foreach (int segment in phrase.SegmentIndices)
            {
                if (segment < 0 || segment >= segmentCount || bySegment[segment] is not null)
                {
                    throw new ArgumentException($"Segment {segment} is named twice, or is none of {segmentCount}.", nameof(phrases));
                }

                bySegment[segment] = phrase;
            }
        }

        if (Array.IndexOf(bySegment, null) is >= 0 and var missing)
        {
            throw new ArgumentException($"Segment {missing} belongs to no phrase; one without words has a phrase of null.", nameof(phrases));
        }

        BySegment = bySegment!;
    }

    /// <summary>The answer for people: no markup, no control characters, single spaces, none before punctuation.</summary>
    public string Caption { get; }

    /// <summary>The phrases and the masks without a phrase, in the order of the answer.</summary>
    public IReadOnlyList<GroundedPhrase> Phrases { get; }

    /// <summary>How many <c>[SEG]</c> the answer has.</summary>
    public int SegmentCount => BySegment.Count;

    /// <summary>For each <c>[SEG]</c> of the answer, the phrase that it grounds; as long as the answer has masks.</summary>
    [JsonIgnore]
    public IReadOnlyList<GroundedPhrase> BySegment { get; }

    /// <summary>
    /// Reads the unified answer format, <c>&lt;p&gt; phrase &lt;/p&gt; [SEG]</c>. Never throws on what a model wrote; takes linear time.
    /// </summary>
    /// <param name="answer">The answer's text with its markup.</param>
    /// <param name="segmentCount">
    /// How many masks there are. A model may spell <c>[SEG]</c> out in ordinary tokens, which makes no mask: those beyond the count
    /// are dropped.
    /// </param>
    public static GroundedText Parse(string answer, int segmentCount = int.MaxValue) => AnswerParser.Parse(answer, segmentCount);

    /// <summary>The segments with a mask each, in order.</summary>
    internal IReadOnlyList<GroundedSegment> With(IReadOnlyList<Mask> masks) =>
        [.. BySegment.Select((phrase, index) => new GroundedSegment(phrase.Phrase, phrase.Start, phrase.End, masks[index]))];
}
