using System.Runtime.InteropServices;

namespace MGLMM.Masks;

public sealed partial class Mask
{
    /// <summary>The mask with no pixel inside.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not one that a mask can have.</exception>
    public static Mask Empty(int width, int height) => new(width, height, [MaskSize.Check(width, height)], 0);

    /// <summary>The mask with every pixel inside.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not one that a mask can have.</exception>
    public static Mask Full(int width, int height)
    {
        int pixels = MaskSize.Check(width, height);
        return new Mask(width, height, [0, pixels], pixels);
    }

    /// <summary>The pixels of a rectangle; what of it lies outside the image is cut off.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not one that a mask can have.</exception>
    public static Mask FromRectangle(int width, int height, PixelBox rectangle)
    {
        MaskSize.Check(width, height);
        PixelBox box = rectangle.Intersect(new PixelBox(0, 0, width, height));
        RunWriter writer = new(width, height, (2 * box.Width) + 1);
        for (int x = box.Left; x < box.Right; x++)
        {
            int start = x * height;
            writer.Add(start + box.Top, start + box.Bottom);
        }

        return writer.Finish();
    }

    /// <summary>A mask from one value per pixel, row by row.</summary>
    /// <param name="rowMajor">Exactly width times height values: true is inside.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="height">The number of rows.</param>
    /// <exception cref="ArgumentException">The buffer has another length, or the size is not one that a mask can have.</exception>
    public static Mask FromBitmap(ReadOnlySpan<bool> rowMajor, int width, int height) =>
        FromBitmap(MemoryMarshal.AsBytes(rowMajor), width, height);

    /// <summary>A mask from one byte per pixel, row by row.</summary>
    /// <param name="rowMajorNonZero">Exactly width times height bytes: any but zero is inside.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="height">The number of rows.</param>
    /// <exception cref="ArgumentException">The buffer has another length, or the size is not one that a mask can have.</exception>
    public static Mask FromBitmap(ReadOnlySpan<byte> rowMajorNonZero, int width, int height)
    {
        MaskSize.CheckBuffer(rowMajorNonZero.Length, width, height, nameof(rowMajorNonZero));
        using ColumnBits bits = new(width, height);
        for (int y = 0; y < height; y++)
        {
            bits.AddRow(y, rowMajorNonZero.Slice(y * width, width));
        }

        return bits.ToMask();
    }

    /// <summary>A mask from run lengths in COCO order (see <see cref="Counts"/>), which need not be canonical.</summary>
    /// <param name="counts">Lengths in pixels, none negative, which sum to width times height. Zero lengths are taken out.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="height">The number of rows.</param>
    /// <exception cref="ArgumentException">
    /// A length is negative, the sum is not width times height, or the size is not one that a mask can have.
    /// </exception>
    public static Mask FromCounts(ReadOnlySpan<int> counts, int width, int height)
    {
        int pixels = MaskSize.Check(width, height);
        return TryFromCounts(counts, width, height, pixels, out string? fault) ?? throw new ArgumentException(fault, nameof(counts));
    }

    /// <summary>The mask of foreign counts, or null and what is wrong with them.</summary>
    internal static Mask? TryFromCounts(ReadOnlySpan<int> counts, int width, int height, int pixels, out string? fault)
    {
        RunWriter writer = new(width, height, Math.Min(counts.Length + 1, pixels + 2));
        int position = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            int count = counts[i];
            if (count < 0 || count > pixels - position)
            {
                writer.Release();
                fault = count < 0
                    ? $"Run {i} has the negative length {count}."
                    : $"The run lengths sum to more than {width} x {height} = {pixels} pixels at run {i}.";
                return null;
            }

            if ((i & 1) != 0)
            {
                writer.Add(position, position + count);
            }

            position += count;
        }

        if (position != pixels)
        {
            writer.Release();
            fault = $"The run lengths sum to {position} pixels; a mask of {width} x {height} has {pixels}.";
            return null;
        }

        fault = null;
        return writer.Finish();
    }
}
