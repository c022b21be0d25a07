using System.Buffers;
using System.Numerics;

namespace MGLMM.Masks;

/// <summary>
/// Rasterises a polygon by the even-odd rule at pixel centres. Every crossing of an edge with the middle of a column flips all
/// pixels below it; the flips are collected as bits in column-major order, where a set bit is the end of a run.
/// </summary>
internal static class PolygonFill
{
    private const double Farthest = 1e9;

    public static Mask Fill(MaskPolygon polygon, int width, int height)
    {
        (double left, double right) = CheckRing(polygon.Outer, double.PositiveInfinity, double.NegativeInfinity);
        foreach (IReadOnlyList<MaskPoint> hole in polygon.Holes)
        {
            (left, right) = CheckRing(hole, left, right);
        }

        int firstColumn = FirstCentreAtOrAfter(left, width);
        int columns = FirstCentreAtOrAfter(right, width) - firstColumn;
        if (columns <= 0)
        {
            return Mask.Empty(width, height);
        }

        // One bit more than pixels: the flip that closes the last column may fall just behind it.
        int words = (int)((((long)columns * height) + 64) / 64);
        ulong[] flips = ArrayPool<ulong>.Shared.Rent(words);
        flips.AsSpan(0, words).Clear();
        AddRing(polygon.Outer, flips, firstColumn, columns, height);
        foreach (IReadOnlyList<MaskPoint> hole in polygon.Holes)
        {
            AddRing(hole, flips, firstColumn, columns, height);
        }

        RunWriter writer = new(width, height, (2 * columns) + 2);
        int origin = firstColumn * height;
        int open = -1;
        for (int i = 0; i < words; i++)
        {
            for (ulong word = flips[i]; word != 0; word &= word - 1)
            {
                int position = origin + (i * 64) + BitOperations.TrailingZeroCount(word);
                if (open < 0)
                {
                    open = position;
                }
                else
                {
                    writer.Add(open, position);
                    open = -1;
                }
            }
        }

        ArrayPool<ulong>.Shared.Return(flips);
        return writer.Finish();
    }

    private static (double Left, double Right) CheckRing(IReadOnlyList<MaskPoint> ring, double left, double right)
    {
        ArgumentNullException.ThrowIfNull(ring);
        if (ring.Count < 3)
        {
            throw new ArgumentException($"A ring needs at least three points; this one has {ring.Count}.", nameof(ring));
        }

        for (int i = 0; i < ring.Count; i++)
        {
            (double x, double y) = ring[i];
            if (!(Math.Abs(x) <= Farthest && Math.Abs(y) <= Farthest))
            {
                throw new ArgumentException($"Point {i} of a ring, ({x}, {y}), is not within a billion pixels.", nameof(ring));
            }

            left = Math.Min(left, x);
            right = Math.Max(right, x);
        }

        return (left, right);
    }

    private static void AddRing(IReadOnlyList<MaskPoint> ring, ulong[] flips, int firstColumn, int columns, int height)
    {
        MaskPoint from = ring[^1];
        for (int i = 0; i < ring.Count; i++)
        {
            MaskPoint to = ring[i];

            // Always from left to right, so that an edge shared by two polygons is crossed at the same height in both.
            AddEdge(from.X <= to.X ? from : to, from.X <= to.X ? to : from, flips, firstColumn, columns, height);
            from = to;
        }
    }

    private static void AddEdge(MaskPoint left, MaskPoint right, ulong[] flips, int firstColumn, int columns, int height)
    {
        int first = FirstCentreAtOrAfter(left.X - firstColumn, columns);
        int end = FirstCentreAtOrAfter(right.X - firstColumn, columns);
        double slope = (right.Y - left.Y) / (right.X - left.X);
        for (int column = first; column < end; column++)
        {
            double y = left.Y + ((firstColumn + column + 0.5 - left.X) * slope);
            long bit = ((long)column * height) + FirstCentreAtOrAfter(y, height);
            flips[bit >> 6] ^= 1UL << (int)(bit & 63);
        }
    }

    /// <summary>The first whole n with n + 0.5 not below the coordinate, kept within 0 and <paramref name="limit"/>.</summary>
    private static int FirstCentreAtOrAfter(double coordinate, int limit) =>
        (int)Math.Clamp(Math.Ceiling(coordinate - 0.5), 0, limit);
}
