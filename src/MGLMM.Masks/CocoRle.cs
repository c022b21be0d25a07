using System.Buffers;

namespace MGLMM.Masks;

/// <summary>
/// The run-length formats of COCO: the compressed string, byte for byte as pycocotools writes it, and the plain list of counts.
/// </summary>
/// <remarks>
/// <para>
/// In the string, each count is a signed number; from the fourth on it is the difference to the count two before. A number is
/// written in groups of five bits, lowest first, until the rest is only its sign; each group becomes one character, code 48 plus
/// the group plus 32 where more groups follow (COCO API, <c>rleToString</c> in maskApi.c).
/// </para>
/// <para>In a COCO file the size stands beside the counts as <c>[height, width]</c>. All members are thread-safe.</para>
/// </remarks>
public static class CocoRle
{
    // Numbers here lie between -2^31 and 2^31, which takes 33 bits with the sign.
    private const int MostGroups = 7;

    /// <summary>The compressed string of a mask: characters with the codes 48 to 111, all plain ASCII.</summary>
    public static string Encode(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ReadOnlySpan<int> counts = mask.Counts;
        char[] text = ArrayPool<char>.Shared.Rent(MostGroups * counts.Length);
        int used = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            long rest = i > 2 ? (long)counts[i] - counts[i - 2] : counts[i];
            bool more;
            do
            {
                int group = (int)(rest & 0x1f);
                rest >>= 5;

                // Done when the rest only repeats the sign that the group's highest bit already tells.
                more = (group & 0x10) != 0 ? rest != -1 : rest != 0;
                text[used++] = (char)(48 + group + (more ? 0x20 : 0));
            }
            while (more);
        }

        string result = new(text, 0, used);
        ArrayPool<char>.Shared.Return(text);
        return result;
    }

    /// <summary>The mask of a compressed string. Runs of length zero, which other writers may leave, are taken out.</summary>
    /// <param name="counts">The string; its length bounds the time and memory used.</param>
    /// <param name="width">The number of columns: the second number of a COCO <c>size</c>.</param>
    /// <param name="height">The number of rows: the first number of a COCO <c>size</c>.</param>
    /// <exception cref="FormatException">
    /// A character is not one of the format, a number does not end or is too large, a count is negative, or the counts do not sum to
    /// width times height; the message says which, and where.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is not one that a mask can have.</exception>
    public static Mask Decode(string counts, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(counts);
        int pixels = MaskSize.Check(width, height);
        RunWriter writer = new(width, height, (int)Math.Min(counts.Length + 2L, 4096));
        string? fault = Read(counts, pixels, ref writer);
        if (fault is not null)
        {
            writer.Release();
            throw new FormatException($"This is no run-length string for {width} x {height} pixels: {fault}");
        }

        return writer.Finish();
    }

    /// <summary>The mask of uncompressed counts. Runs of length zero are taken out.</summary>
    /// <param name="counts">The lengths, column-major, starting with the outside run.</param>
    /// <param name="width">The number of columns: the second number of a COCO <c>size</c>.</param>
    /// <param name="height">The number of rows: the first number of a COCO <c>size</c>.</param>
    /// <exception cref="FormatException">A count is negative, or the counts do not sum to width times height.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is not one that a mask can have.</exception>
    public static Mask DecodeUncompressed(ReadOnlySpan<int> counts, int width, int height)
    {
        int pixels = MaskSize.Check(width, height);
        return Mask.TryFromCounts(counts, width, height, pixels, out string? fault) ?? throw new FormatException(fault);
    }

    /// <summary>Reads all counts into the writer; what is wrong with them, or null.</summary>
    private static string? Read(ReadOnlySpan<char> text, int pixels, ref RunWriter writer)
    {
        int at = 0;
        int position = 0;
        long previous = 0;
        long beforePrevious = 0;

        // Even with zero-length runs between all others, no mask needs more.
        long mostRuns = (2L * pixels) + 2;
        for (long run = 0; at < text.Length; run++)
        {
            if (run == mostRuns)
            {
                return $"it has more than {mostRuns} runs.";
            }

            long number = 0;
            int start = at;
            int shift = 0;
            int group;
            do
            {
                if (at == text.Length)
                {
                    return $"it ends within the number that starts at character {start}.";
                }

                if (at - start == MostGroups)
                {
                    return $"the number that starts at character {start} is too long.";
                }

                group = text[at] - 48;
                if (group is < 0 or > 63)
                {
                    return $"character {at} has the code {(int)text[at]}; the format uses 48 to 111.";
                }

                at++;
                number |= (long)(group & 0x1f) << shift;
                shift += 5;
            }
            while ((group & 0x20) != 0);

            if ((group & 0x10) != 0)
            {
                number |= -1L << shift;
            }

            long count = run > 2 ? number + beforePrevious : number;
            if (count < 0)
            {
                return $"run {run} has the negative length {count}.";
            }

            if (count > pixels - position)
            {
                return $"the runs sum to more than {pixels} pixels at run {run}.";
            }

            if ((run & 1) != 0)
            {
                writer.Add(position, position + (int)count);
            }

            position += (int)count;
            beforePrevious = previous;
            previous = count;
        }

        return position == pixels ? null : $"the runs sum to {position} pixels instead of {pixels}.";
    }
}
