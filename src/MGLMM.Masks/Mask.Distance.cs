using System.Buffers;

namespace MGLMM.Masks;

public sealed partial class Mask
{
    /// <summary>
    /// The width of the gap between the two masks: the shortest distance, in pixels, between a pixel of one and a pixel of the
    /// other, taken as unit squares. 0 where they overlap or touch, also at a corner only; 1 where one pixel lies between
    /// them; null where either mask is empty.
    /// </summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public double? GapTo(Mask other)
    {
        CheckSameSize(this, other);
        if (IsEmpty || other.IsEmpty)
        {
            return null;
        }

        using SegmentTable a = new(this);
        using SegmentTable b = new(other);
        PixelBox reach = other.Box;
        long rows = Math.Max(0, Math.Max(reach.Top - Box.Bottom, Box.Top - reach.Bottom));
        long best = long.MaxValue;

        // Pairs of columns, near ones first; a pair whose distance across alone is no better than the best so far ends the search.
        for (int x = Box.Left; x < Box.Right && best > 0; x++)
        {
            if (a.ColumnFirst[x] == a.ColumnFirst[x + 1])
            {
                continue;
            }

            int nearest = Math.Max(0, Math.Max(reach.Left - x, x - (reach.Right - 1)));
            int farthest = Math.Max(Math.Abs(reach.Right - 1 - x), Math.Abs(x - reach.Left));
            for (int distance = nearest; distance <= farthest; distance++)
            {
                long across = Math.Max(0, distance - 1);
                long least = across * across;
                if (least + (rows * rows) >= best)
                {
                    break;
                }

                if (x - distance >= reach.Left && x - distance < reach.Right)
                {
                    best = Math.Min(best, Squared(least, GapInColumns(a, x, b, x - distance)));
                }

                if (x + distance >= reach.Left && x + distance < reach.Right)
                {
                    best = Math.Min(best, Squared(least, GapInColumns(a, x, b, x + distance)));
                }
            }
        }

        return Math.Sqrt(best);

        static long Squared(long across, int? down) => down is { } rows ? across + ((long)rows * rows) : long.MaxValue;
    }

    /// <summary>
    /// A pixel that is surely inside and as far from the outside as can be, for a label or a click: the inside pixel whose
    /// centre has the largest distance to the centre of any pixel that is not inside, with everything beyond the image counted as
    /// not inside. Of several such pixels, the one nearest the <see cref="Centroid"/>, then the topmost, then the
    /// leftmost. Null where the mask is empty.
    /// </summary>
    /// <remarks>
    /// The pole of inaccessibility on the pixel grid, exact: squared distances are the lower envelope, along each row, of parabolas
    /// over the distances within the columns (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012).
    /// </remarks>
    public PixelPosition? PointInside()
    {
        if (Centroid() is not { } middle)
        {
            return null;
        }

        using SegmentTable table = new(this);
        PixelBox box = Box;
        int width = box.Width;

        // The columns just outside the box are known to be outside, so the envelope spans them: entries 0 and width + 1.
        int[] cursor = ArrayPool<int>.Shared.Rent(width);
        int[] vertical = ArrayPool<int>.Shared.Rent(width + 2);
        Envelope envelope = new(width + 2);
        table.ColumnFirst.AsSpan(box.Left, width).CopyTo(cursor);
        vertical[0] = 0;
        vertical[width + 1] = 0;
        long best = 0;
        double bestOffset = double.PositiveInfinity;
        PixelPosition found = default;
        for (int y = box.Top; y < box.Bottom; y++)
        {
            int deepest = 0;
            for (int i = 0; i < width; i++)
            {
                int end = table.ColumnFirst[box.Left + i + 1];
                int at = cursor[i];
                if (at < end && y >= table.Bottoms[at])
                {
                    cursor[i] = ++at;
                }

                int depth = at < end && y >= table.Tops[at] ? Math.Min(y - table.Tops[at] + 1, table.Bottoms[at] - y) : 0;
                vertical[i + 1] = depth;
                deepest = Math.Max(deepest, depth);
            }

            // No pixel is farther from the outside than its column says; most rows end here.
            if ((long)deepest * deepest < best)
            {
                continue;
            }

            envelope.Build(vertical);
            for (int i = 1; i <= width; i++)
            {
                if ((long)vertical[i] * vertical[i] < best || vertical[i] == 0)
                {
                    continue;
                }

                long distance = envelope.At(vertical, i);
                if (distance < best)
                {
                    continue;
                }

                double dx = box.Left + i - 0.5 - middle.X;
                double dy = y + 0.5 - middle.Y;
                double offset = (dx * dx) + (dy * dy);
                if (distance > best || offset < bestOffset)
                {
                    best = distance;
                    bestOffset = offset;
                    found = new PixelPosition(box.Left + i - 1, y);
                }
            }
        }

        ArrayPool<int>.Shared.Return(cursor);
        ArrayPool<int>.Shared.Return(vertical);
        envelope.Release();
        return found;
    }

    /// <summary>The fewest rows between a stretch of one column and a stretch of another; null where a column has none.</summary>
    private static int? GapInColumns(in SegmentTable a, int columnA, in SegmentTable b, int columnB)
    {
        int i = a.ColumnFirst[columnA];
        int endA = a.ColumnFirst[columnA + 1];
        int j = b.ColumnFirst[columnB];
        int endB = b.ColumnFirst[columnB + 1];
        int? best = null;
        while (i < endA && j < endB)
        {
            int gap = Math.Max(0, Math.Max(b.Tops[j] - a.Bottoms[i], a.Tops[i] - b.Bottoms[j]));
            best = best is { } least && least <= gap ? least : gap;
            if (a.Bottoms[i] < b.Bottoms[j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return best;
    }

    /// <summary>The lower envelope of the parabolas d(i)^2 + (x - i)^2 over one row, read from left to right.</summary>
    private struct Envelope(int length)
    {
        private readonly int _length = length;
        private readonly int[] _at = ArrayPool<int>.Shared.Rent(length);
        private readonly int[] _from = ArrayPool<int>.Shared.Rent(length);
        private int _read;
        private int _last;

        public void Build(ReadOnlySpan<int> depths)
        {
            _last = 0;
            _read = 0;
            _at[0] = 0;
            _from[0] = int.MinValue;
            for (int i = 1; i < _length; i++)
            {
                // The first whole x at which the parabola over i is lower than the last one of the envelope.
                int from = Overtakes(depths, _at[_last], i);
                while (from <= _from[_last])
                {
                    _last--;
                    from = Overtakes(depths, _at[_last], i);
                }

                if (from < _length)
                {
                    _last++;
                    _at[_last] = i;
                    _from[_last] = from;
                }
            }
        }

        /// <summary>The envelope's height at x; calls after <see cref="Build"/> must come with ascending x.</summary>
        public long At(ReadOnlySpan<int> depths, int x)
        {
            while (_read < _last && _from[_read + 1] <= x)
            {
                _read++;
            }

            long across = x - _at[_read];
            long depth = depths[_at[_read]];
            return (across * across) + (depth * depth);
        }

        public readonly void Release()
        {
            ArrayPool<int>.Shared.Return(_at);
            ArrayPool<int>.Shared.Return(_from);
        }

        private static int Overtakes(ReadOnlySpan<int> depths, int left, int right)
        {
            long first = ((long)depths[left] * depths[left]) + ((long)left * left);
            long second = ((long)depths[right] * depths[right]) + ((long)right * right);
            long numerator = second - first;
            long denominator = 2L * (right - left);

            // Floor, not truncation, plus one: strictly to the right of the crossing.
            long floor = numerator / denominator;
            if (numerator % denominator < 0)
            {
                floor--;
            }

            return (int)Math.Clamp(floor + 1, int.MinValue + 1L, int.MaxValue);
        }
    }
}
