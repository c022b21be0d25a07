using MGLMM.Masks;

namespace MGLMM;

/// <summary>A [SEG] of an answer.</summary>
/// <param name="Phrase">The phrase that it belongs to; null where the answer gives none.</param>
/// <param name="Start">Where the phrase starts in the caption, in characters.</param>
/// <param name="End">Where it ends; equal to <paramref name="Start"/> without a phrase.</param>
/// <param name="Mask">Of the opened picture's size; empty where the model saw nothing.</param>
public sealed record GroundedSegment(string? Phrase, int Start, int End, Mask Mask);
