using MGLMM.Masks;

namespace MGLMM.Vision.Geometry;

/// <summary>A region that geometry made, before the workspace keeps it.</summary>
/// <param name="Mask">Its pixels; never empty.</param>
/// <param name="Phrase">What to call it.</param>
/// <param name="Origin">The operation, such as <c>union of m1, m2</c>.</param>
/// <param name="Sources">What it was made from.</param>
internal sealed record CombinedRegion(Mask Mask, string? Phrase, string Origin, IReadOnlyList<VisionRegion> Sources);
