using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>A pixel of a <see cref="PixelRing"/>.</summary>
/// <param name="Ring">The ring's number.</param>
/// <param name="Line">The number of the line that it lies on: that of the corner which the line begins at.</param>
/// <param name="At">The pixel.</param>
internal readonly record struct RingPlace(int Ring, int Line, PixelPosition At);
