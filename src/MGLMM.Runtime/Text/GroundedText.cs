namespace MGLMM.Runtime.Text;

/// <summary>An answer made readable: a clean caption and which of its phrases which masks ground. Immutable.</summary>
public sealed class GroundedText
{
    internal GroundedText(string caption, IReadOnlyList<GroundedPhrase> phrases, int segmentCount)
    {
        Caption = caption;
        Phrases = phrases;
        var bySegment = new GroundedPhrase[segmentCount];
        foreach (GroundedPhrase phrase in phrases)
        {
            foreach (int segment in phrase.SegmentIndices)
            {
                bySegment[segment] = phrase;
            }
        }

        BySegment = bySegment;
    }

    /// <summary>The answer for people: no markup, no control characters, single spaces, none before punctuation.</summary>
    public string Caption { get; }

    /// <summary>The phrases and the masks without a phrase, in the order of the answer.</summary>
    public IReadOnlyList<GroundedPhrase> Phrases { get; }

    /// <summary>For each <c>[SEG]</c> of the answer, the phrase that it grounds; as long as the answer has masks.</summary>
    public IReadOnlyList<GroundedPhrase> BySegment { get; }
}
