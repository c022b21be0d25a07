using MGLMM.Masks;

namespace MGLMM.Data.SegCap;

/// <summary>A mask as COCO writes it.</summary>
/// <param name="Size">Height and width.</param>
/// <param name="Counts">The compressed string.</param>
public sealed record RunLengths(IReadOnlyList<int> Size, string Counts)
{
    /// <summary>The run lengths of a mask.</summary>
    public static RunLengths Of(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return new RunLengths([mask.Height, mask.Width], CocoRle.Encode(mask));
    }

    /// <summary>The mask, if it is of a picture's size.</summary>
    /// <exception cref="FormatException">The string is damaged or the size another one; the message says which.</exception>
    public Mask ToMask(int width, int height) => Size is [var rows, var columns] && rows == height && columns == width
        ? CocoRle.Decode(Counts, width, height)
        : throw new FormatException($"its size is [{string.Join(", ", Size)}], and the picture's [height, width] is [{height}, {width}].");
}
