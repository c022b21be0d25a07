using SkiaSharp;

namespace MGLMM.Imaging;

/// <summary>Finds a label a place: on its point if it can be, within the picture, off the labels that are already there.</summary>
internal static class LabelPlacement
{
    private const int MostRings = 8;

    /// <summary>The place.</summary>
    /// <param name="point">Where the label's middle should be.</param>
    /// <param name="size">The label's size.</param>
    /// <param name="picture">Where labels may be.</param>
    /// <param name="taken">Where other labels are.</param>
    public static SKRect Find(SKPoint point, SKSize size, SKRect picture, IReadOnlyList<SKRect> taken)
    {
        SKRect best = Place(point, size, picture);
        float leastOverlap = Overlap(best, taken);

        // Outwards over a grid of half label widths and whole label heights, and straight up and down before sideways, since a label
        // is wide and low.
        float stepX = size.Width * 0.52f;
        float stepY = size.Height * 1.1f;
        for (int ring = 1; ring <= MostRings && leastOverlap > 0; ring++)
        {
            for (int column = 0; column <= ring; column++)
            {
                int rowStep = column == ring ? 1 : 2 * ring; // the ring's sides, or only its upper and lower edge
                for (int row = -ring; row <= ring; row += rowStep)
                {
                    Try(point.X - (column * stepX), point.Y + (row * stepY));
                    Try(point.X + (column * stepX), point.Y + (row * stepY));
                }
            }
        }

        return best;

        void Try(float x, float y)
        {
            SKRect candidate = Place(new SKPoint(x, y), size, picture);
            float overlap = Overlap(candidate, taken);
            if (overlap < leastOverlap)
            {
                (best, leastOverlap) = (candidate, overlap);
            }
        }
    }

    private static SKRect Place(SKPoint middle, SKSize size, SKRect picture)
    {
        float left = Math.Clamp(middle.X - (size.Width / 2), picture.Left, Math.Max(picture.Right - size.Width, picture.Left));
        float top = Math.Clamp(middle.Y - (size.Height / 2), picture.Top, Math.Max(picture.Bottom - size.Height, picture.Top));
        return SKRect.Create(left, top, size.Width, size.Height);
    }

    private static float Overlap(SKRect place, IReadOnlyList<SKRect> taken)
    {
        float sum = 0;
        foreach (SKRect other in taken)
        {
            SKRect common = SKRect.Intersect(place, other);
            sum += common.IsEmpty ? 0 : common.Width * common.Height;
        }

        return sum;
    }
}
