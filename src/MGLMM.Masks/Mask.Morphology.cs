using System.Buffers;

namespace MGLMM.Masks;

public sealed partial class Mask
{
    /// <summary>
    /// The mask made larger: every pixel of the image at a distance of at most <paramref name="radius"/> from an inside pixel.
    /// </summary>
    /// <param name="radius">
    /// In pixels, not negative; Euclidean, between pixel centres. 1 adds the neighbours at the sides, 1.5 those at the corners too.
    /// </param>
    /// <remarks>What lies outside the image counts as not inside, so nothing grows in from there.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The radius is negative, infinite or not a number.</exception>
    public Mask Grow(double radius)
    {
        CheckRadius(radius);
        return radius < 1 || IsEmpty ? this : Dilate(radius);
    }

    /// <summary>
    /// The mask made smaller: only the pixels with no pixel of the image that is not inside at a distance of at most
    /// <paramref name="radius"/>.
    /// </summary>
    /// <param name="radius">In pixels, not negative; Euclidean, between pixel centres.</param>
    /// <remarks>
    /// Only pixels of the image take part: a region that the edge of the picture cuts off is not eaten away from that edge. Shrinking
    /// is therefore exactly growing what is not inside: <c>Shrink(r)</c> equals <c>Complement().Grow(r).Complement()</c>.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The radius is negative, infinite or not a number.</exception>
    public Mask Shrink(double radius)
    {
        CheckRadius(radius);
        return radius < 1 || IsEmpty ? this : Complement().Grow(radius).Complement();
    }

    private static void CheckRadius(double radius)
    {
        if (!double.IsFinite(radius) || radius < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(radius), radius, "A radius is a finite number of pixels, not negative.");
        }
    }

    /// <summary>How far a disc of the given radius reaches up and down at each distance in columns from its centre.</summary>
    private static int[] DiscExtents(double radius, int columns, int rows)
    {
        double square = radius * radius;
        int[] extents = new int[columns + 1];
        for (int dx = 0; dx <= columns; dx++)
        {
            double across = (double)dx * dx;
            int extent = (int)Math.Min(Math.Sqrt(Math.Max(square - across, 0)), rows);

            // The square root may round past a whole number either way; the comparison of squares decides.
            while (extent > 0 && ((double)extent * extent) + across > square)
            {
                extent--;
            }

            while (extent < rows && ((double)(extent + 1) * (extent + 1)) + across <= square)
            {
                extent++;
            }

            extents[dx] = extent;
        }

        return extents;
    }

    private Mask Dilate(double radius)
    {
        PixelBox box = Box;
        int reach = (int)Math.Min(Math.Floor(radius), Width);
        int[] extents = DiscExtents(radius, reach, Height);
        using SegmentTable table = new(this);
        int[] starts = table.ColumnFirst;

        // One column at a time: each stretch within reach opens and closes a stretch, longer by the disc's extent there; a row is
        // inside while more have been opened than closed.
        int[] changes = ArrayPool<int>.Shared.Rent(Height + 1);
        changes.AsSpan(0, Height + 1).Clear();
        int firstRow = Math.Max(0, box.Top - extents[0]);
        int endRow = Math.Min(Height, box.Bottom + extents[0]);
        RunWriter writer = new(Width, Height, (_counts.Length * 2) + 64);
        int firstColumn = Math.Max(0, box.Left - reach);
        int endColumn = (int)Math.Min(Width, (long)box.Right + reach);
        for (int x = firstColumn; x < endColumn; x++)
        {
            int from = Math.Max(x - reach, box.Left);
            int to = (int)Math.Min((long)x + reach, box.Right - 1);
            for (int source = from; source <= to; source++)
            {
                int extent = extents[Math.Abs(source - x)];
                for (int i = starts[source]; i < starts[source + 1]; i++)
                {
                    changes[Math.Max(0, table.Tops[i] - extent)]++;
                    changes[(int)Math.Min(Height, (long)table.Bottoms[i] + extent)]--;
                }
            }

            int columnStart = x * Height;
            int open = 0;
            int top = 0;
            for (int y = firstRow; y <= endRow; y++)
            {
                int change = changes[y];
                if (change == 0)
                {
                    continue;
                }

                changes[y] = 0;
                if (open == 0)
                {
                    top = y;
                }

                open += change;
                if (open == 0)
                {
                    writer.Add(columnStart + top, columnStart + y);
                }
            }
        }

        ArrayPool<int>.Shared.Return(changes);
        return writer.Finish();
    }
}
