using System.Globalization;
using MGLMM.Masks;

namespace MGLMM.Vision.Output;

/// <summary>Outlines for formats that people edit by hand: few points, and still the same region.</summary>
internal static class RegionOutline
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
        var simple = mask.ToPolygons(Tolerance);
        return Mask.FromPolygons(simple, mask.Width, mask.Height).IntersectionOverUnion(mask) >= LeastOverlap ? simple : mask.ToPolygons();
    }

    /// <summary>Says that a format lost holes; null where it lost none.</summary>
    public static string? LostHoles(int holes, int regions, string format) => holes == 0 ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{holes} {(holes == 1 ? "hole" : "holes")} of {regions} {(regions == 1 ? "region" : "regions")} {(holes == 1 ? "is" : "are")} filled: {format} has no holes. coco_rle and geojson keep them.");

    /// <summary>
    /// All rings of a region as one ring: each further ring is reached over a bridge without width and left over the same, so that by
    /// the even-odd rule holes stay holes and pieces stay apart.
    /// </summary>
    public static IReadOnlyList<MaskPoint> Bridged(IReadOnlyList<MaskPolygon> polygons)
    {
        var whole = new List<MaskPoint>(polygons[0].Outer);
        for (var index = 0; index < polygons.Count; index++)
        {
            if (index > 0)
            {
                Join(whole, polygons[index].Outer);
            }

            foreach (var hole in polygons[index].Holes)
            {
                Join(whole, hole);
            }
        }

        return whole;
    }

    private static void Join(List<MaskPoint> whole, IReadOnlyList<MaskPoint> ring)
    {
        // The shortest bridge; looked for among fewer points where all pairs would be too many.
        const long MostPairs = 50_000;
        var step = (int)Math.Max(1, Math.Ceiling(Math.Sqrt((double)whole.Count * ring.Count / MostPairs)));
        var (from, to) = (0, 0);
        var shortest = double.PositiveInfinity;
        for (var i = 0; i < whole.Count; i += step)
        {
            for (var j = 0; j < ring.Count; j += step)
            {
                var (x, y) = (whole[i].X - ring[j].X, whole[i].Y - ring[j].Y);
                var distance = (x * x) + (y * y);
                if (distance < shortest)
                {
                    (shortest, from, to) = (distance, i, j);
                }
            }
        }

        var detour = new List<MaskPoint>(ring.Count + 2);
        for (var i = 0; i <= ring.Count; i++)
        {
            detour.Add(ring[(to + i) % ring.Count]);
        }

        detour.Add(whole[from]);
        whole.InsertRange(from + 1, detour);
    }
}
