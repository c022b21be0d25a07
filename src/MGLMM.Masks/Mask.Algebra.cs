using System.Buffers;

namespace MGLMM.Masks;

public sealed partial class Mask
{
    // The four answers of a set operation, at bit 2a+b for a pixel inside the first (a) and the second (b) mask.
    private const int UnionTable = 0b1110;
    private const int IntersectTable = 0b1000;
    private const int SubtractTable = 0b0100;

    /// <summary>The pixels inside any of the masks, in time proportional to their runs times the logarithm of their number.</summary>
    /// <param name="masks">At least one mask, all of one size.</param>
    /// <exception cref="ArgumentException">There is no mask (and so no size), or the sizes differ.</exception>
    public static Mask Union(IEnumerable<Mask> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        List<Mask> open = new(masks);
        if (open.Count == 0)
        {
            throw new ArgumentException("The union of no masks has no size.", nameof(masks));
        }

        foreach (Mask mask in open)
        {
            CheckSameSize(open[0], mask);
        }

        // Neighbours are joined in rounds, so that each run is read once per round and not once per mask.
        for (int count = open.Count; count > 1; count = (count + 1) / 2)
        {
            for (int i = 0; i < count; i += 2)
            {
                open[i / 2] = i + 1 < count ? Combine(open[i], open[i + 1], UnionTable) : open[i];
            }
        }

        return open[0];
    }

    /// <summary>The pixels inside this mask or the other or both.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public Mask Union(Mask other) => Combine(this, other, UnionTable);

    /// <summary>The pixels inside both masks.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public Mask Intersect(Mask other) => Combine(this, other, IntersectTable);

    /// <summary>The pixels inside this mask and not inside the other.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public Mask Subtract(Mask other) => Combine(this, other, SubtractTable);

    /// <summary>The pixels of the image that are not inside this mask.</summary>
    public Mask Complement()
    {
        int[] counts = _counts[0] == 0 ? _counts[1..] : [0, .. _counts];
        return new Mask(Width, Height, counts, ((long)Width * Height) - Area);
    }

    /// <summary>The number of pixels inside both masks, without making their intersection.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public long IntersectionArea(Mask other)
    {
        CheckSameSize(this, other);

        // The boxes are computed once per mask, so that comparing many regions pair by pair mostly ends here.
        if (Box.Intersect(other.Box).IsEmpty)
        {
            return 0;
        }

        int[] a = _counts;
        int[] b = other._counts;
        long area = 0;
        int i = 1;
        int j = 1;
        int startA = a[0];
        int startB = b[0];
        while (i < a.Length && j < b.Length)
        {
            int endA = startA + a[i];
            int endB = startB + b[j];
            int overlap = Math.Min(endA, endB) - Math.Max(startA, startB);
            area += overlap > 0 ? overlap : 0;
            if (endA < endB)
            {
                startA = endA + (i + 1 < a.Length ? a[i + 1] : 0);
                i += 2;
            }
            else
            {
                startB = endB + (j + 1 < b.Length ? b[j + 1] : 0);
                j += 2;
            }
        }

        return area;
    }

    /// <summary>
    /// The shared pixels as a part of all pixels inside either mask, from 0 to 1. Two empty masks count as equal: 1, as referring
    /// segmentation scores a rightly given "there is none".
    /// </summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public double IntersectionOverUnion(Mask other)
    {
        long shared = IntersectionArea(other);
        long either = Area + other.Area - shared;
        return either == 0 ? 1 : (double)shared / either;
    }

    /// <summary>
    /// How much of this mask lies inside the other, as a part of this mask's area from 0 to 1. An empty mask lies inside every
    /// mask: 1.
    /// </summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public double ContainmentIn(Mask other)
    {
        long shared = IntersectionArea(other);
        return IsEmpty ? 1 : (double)shared / Area;
    }

    /// <summary>Whether every pixel of the other mask is inside this one; true for an empty other mask.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public bool Contains(Mask other)
    {
        CheckSameSize(this, other);
        return other.Area <= Area && IntersectionArea(other) == other.Area;
    }

    private static Mask Combine(Mask first, Mask second, int table)
    {
        CheckSameSize(first, second);
        int[] a = first._counts;
        int[] b = second._counts;

        // Every run of the result ends where a run of one of the two does; one more for a leading run of length zero.
        int[] counts = ArrayPool<int>.Shared.Rent(a.Length + b.Length + 1);
        int used = 0;
        int open = 0;
        int value = 0;
        long area = 0;
        int leftA = a[0];
        int leftB = b[0];
        int i = 0;
        int j = 0;
        while (true)
        {
            int step = Math.Min(leftA, leftB);
            if (step > 0)
            {
                int next = (table >> (((i & 1) << 1) | (j & 1))) & 1;
                if (next != value)
                {
                    counts[used++] = open;
                    open = 0;
                    value = next;
                }

                open += step;
                area += next == 0 ? 0 : step;
            }

            leftA -= step;
            leftB -= step;
            if (leftA == 0)
            {
                // Both have the same number of pixels: when one has run out, so has the other.
                if (++i == a.Length)
                {
                    break;
                }

                leftA = a[i];
            }

            if (leftB == 0)
            {
                if (++j == b.Length)
                {
                    break;
                }

                leftB = b[j];
            }
        }

        counts[used++] = open;
        Mask mask = new(first.Width, first.Height, counts.AsSpan(0, used).ToArray(), area);
        ArrayPool<int>.Shared.Return(counts);
        return mask;
    }
}
