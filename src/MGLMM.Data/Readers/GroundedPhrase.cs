using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>A phrase of a caption and its pixels.</summary>
/// <param name="Label">What it is called.</param>
/// <param name="Start">Where it begins, in code points.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Mask">Its pixels.</param>
internal sealed record GroundedPhrase(string Label, int Start, int End, Mask Mask);
