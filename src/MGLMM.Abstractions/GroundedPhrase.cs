namespace MGLMM;

/// <summary>A phrase of an answer with the masks that ground it, or masks that stand without a phrase.</summary>
/// <param name="Phrase">The phrase as it stands in the caption; null for masks without one.</param>
/// <param name="Start">Where the phrase begins in the caption, in UTF-16 units; for masks without a phrase, where they stand.</param>
/// <param name="End">Where the phrase ends in the caption, exclusive; equals <paramref name="Start"/> without a phrase.</param>
/// <param name="SegmentIndices">
/// The masks, as indices of the answer's <c>[SEG]</c> tokens counted from 0; empty when the phrase has no mask.
/// </param>
public sealed record GroundedPhrase(string? Phrase, int Start, int End, IReadOnlyList<int> SegmentIndices);
