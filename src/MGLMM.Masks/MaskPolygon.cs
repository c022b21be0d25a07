namespace MGLMM.Masks;

/// <summary>One area as an outer ring and the rings of its holes, each closed without repeating its first point.</summary>
/// <param name="Outer">
/// At least three points. Rings made by <see cref="Mask.ToPolygons"/> run clockwise as seen on the screen (y downwards).
/// </param>
/// <param name="Holes">
/// Rings of at least three points each, inside the outer ring; those made by <see cref="Mask.ToPolygons"/> run counter-clockwise.
/// </param>
/// <remarks>
/// Equality compares the two lists by reference, as for any record that holds lists. Rasterisation uses the even-odd rule over
/// all rings of one polygon, so the direction of a ring does not matter for it.
/// </remarks>
public sealed record MaskPolygon(IReadOnlyList<MaskPoint> Outer, IReadOnlyList<IReadOnlyList<MaskPoint>> Holes);
