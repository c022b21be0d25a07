using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>
/// Polygons whose rings do not touch themselves, as the simple features of OGC want them (GEOS, JTS): a ring that comes by a point twice is parted
/// there. Where the part is a bay that the outline closes at a point, it becomes a hole that touches the outline.
/// </summary>
internal static class SimpleRings
{
    /// <summary>The same area.</summary>
    /// <param name="polygon">As <see cref="Mask.ToPolygons"/> gives it with tolerance 0: one piece connected over pixel sides.</param>
    public static MaskPolygon Of(MaskPolygon polygon)
    {
        List<IReadOnlyList<MaskPoint>> holes = new(polygon.Holes.Count);
        IReadOnlyList<MaskPoint> outer = [];
        foreach (IReadOnlyList<MaskPoint> ring in Parted(polygon.Outer))
        {
            // Parts of an outline are the outline itself and its bays: a second outline would be a piece of its own.
            if (DoubleArea(ring) > 0)
            {
                outer = ring;
            }
            else
            {
                holes.Add(ring);
            }
        }

        foreach (IReadOnlyList<MaskPoint> hole in polygon.Holes)
        {
            holes.AddRange(Parted(hole));
        }

        return new MaskPolygon(outer, holes);
    }

    private static IEnumerable<IReadOnlyList<MaskPoint>> Parted(IReadOnlyList<MaskPoint> ring)
    {
        Dictionary<MaskPoint, int> places = new(ring.Count);
        List<MaskPoint> open = new(ring.Count);
        foreach (MaskPoint point in ring)
        {
            if (places.TryGetValue(point, out int place))
            {
                List<MaskPoint> part = open.GetRange(place, open.Count - place);
                part.ForEach(passed => places.Remove(passed));
                open.RemoveRange(place, open.Count - place);
                yield return part;
            }

            places[point] = open.Count;
            open.Add(point);
        }

        yield return open;
    }

    private static double DoubleArea(IReadOnlyList<MaskPoint> ring)
    {
        double area = 0;
        MaskPoint from = ring[^1];
        foreach (MaskPoint to in ring)
        {
            area += (from.X * to.Y) - (to.X * from.Y);
            from = to;
        }

        return area;
    }
}
