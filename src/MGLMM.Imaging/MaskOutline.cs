using MGLMM.Masks;
using SkiaSharp;

namespace MGLMM.Imaging;

/// <summary>
/// A mask's outline as a smooth path: the steps of the pixel edges become the line through their middles, slightly rounded, which
/// stays within half a pixel or so of the true edge.
/// </summary>
internal static class MaskOutline
{
    private const int Smoothings = 2;

    // A ring of few steps is a speck that smoothing would shrink; one of very many gains nothing that could be seen.
    private const int FewestSmoothedSteps = 16;
    private const int MostSmoothedSteps = 400_000;

    /// <summary>The outline with its holes (even-odd), in pixels of a picture <paramref name="scale"/> times as big.</summary>
    public static SKPath Create(Mask mask, float scale)
    {
        using SKPathBuilder path = new() { FillType = SKPathFillType.EvenOdd };
        foreach (MaskPolygon polygon in mask.ToPolygons())
        {
            AddRing(path, polygon.Outer, scale);
            foreach (IReadOnlyList<MaskPoint> hole in polygon.Holes)
            {
                AddRing(path, hole, scale);
            }
        }

        return path.Detach();
    }

    private static void AddRing(SKPathBuilder path, IReadOnlyList<MaskPoint> corners, float scale)
    {
        List<SKPoint> points = MiddlesOfUnitEdges(corners);
        if (points.Count is >= FewestSmoothedSteps and <= MostSmoothedSteps)
        {
            for (int i = 0; i < Smoothings; i++)
            {
                Smooth(points);
            }
        }

        path.MoveTo(points[0].X * scale, points[0].Y * scale);
        for (int i = 1; i < points.Count; i++)
        {
            path.LineTo(points[i].X * scale, points[i].Y * scale);
        }

        path.Close();
    }

    private static List<SKPoint> MiddlesOfUnitEdges(IReadOnlyList<MaskPoint> corners)
    {
        List<SKPoint> points = new(corners.Count * 2);
        for (int i = 0; i < corners.Count; i++)
        {
            MaskPoint from = corners[i];
            MaskPoint to = corners[(i + 1) % corners.Count];
            int steps = (int)Math.Round(Math.Abs(to.X - from.X) + Math.Abs(to.Y - from.Y));
            for (int step = 0; step < steps; step++)
            {
                double share = (step + 0.5) / steps;
                points.Add(new SKPoint((float)(from.X + ((to.X - from.X) * share)), (float)(from.Y + ((to.Y - from.Y) * share))));
            }
        }

        return points;
    }

    /// <summary>Each point moves to a quarter, a half and a quarter of its neighbours and itself.</summary>
    private static void Smooth(List<SKPoint> points)
    {
        SKPoint first = points[0];
        SKPoint previous = points[^1];
        for (int i = 0; i < points.Count; i++)
        {
            SKPoint current = points[i];
            SKPoint next = i + 1 < points.Count ? points[i + 1] : first;
            points[i] = new SKPoint(
                (previous.X + (2 * current.X) + next.X) / 4,
                (previous.Y + (2 * current.Y) + next.Y) / 4);
            previous = current;
        }
    }
}
