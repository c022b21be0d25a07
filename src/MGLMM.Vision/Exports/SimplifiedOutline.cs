using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>Outlines for people: few points, and still the same region.</summary>
internal static class SimplifiedOutline
{
    /// <summary>A pixel's step is not worth a point of its own.</summary>
    private const double Tolerance = 1;

    /// <summary>How much of a region its simplified outline must keep; else it is left exact, as small and thin ones are.</summary>
    private const double LeastOverlap = 0.98;

    /// <summary>
    /// One polygon per connected piece, with its holes, along the edges of the pixels: simplified by up to 1 px where the pixels inside
    /// stay nearly the same (an intersection over union of 0.98), else exact.
    /// </summary>
    public static IReadOnlyList<MaskPolygon> Of(Mask mask)
    {
        IReadOnlyList<MaskPolygon> simple = mask.ToPolygons(Tolerance);
        return Mask.FromPolygons(simple, mask.Width, mask.Height).IntersectionOverUnion(mask) >= LeastOverlap ? simple : mask.ToPolygons();
    }
}
