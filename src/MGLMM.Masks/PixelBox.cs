namespace MGLMM.Masks;

/// <summary>
/// A rectangle of whole pixels, half-open: it covers the columns <c>Left..Right-1</c> and the rows <c>Top..Bottom-1</c>.
/// </summary>
/// <param name="Left">The first column, in pixels from the left edge of the image.</param>
/// <param name="Top">The first row, in pixels from the upper edge of the image.</param>
/// <param name="Right">One past the last column.</param>
/// <param name="Bottom">One past the last row.</param>
/// <remarks>The default value is an empty box. A box may lie partly or wholly outside an image.</remarks>
public readonly record struct PixelBox(int Left, int Top, int Right, int Bottom)
{
    /// <summary>The number of columns covered; 0 where the box is empty in that direction.</summary>
    public int Width => Right > Left ? Right - Left : 0;

    /// <summary>The number of rows covered; 0 where the box is empty in that direction.</summary>
    public int Height => Bottom > Top ? Bottom - Top : 0;

    /// <summary>Whether the box covers no pixel.</summary>
    public bool IsEmpty => Right <= Left || Bottom <= Top;

    /// <summary>Whether the pixel at (<paramref name="x"/>, <paramref name="y"/>) lies in the box.</summary>
    public bool Contains(int x, int y) => x >= Left && x < Right && y >= Top && y < Bottom;

    /// <summary>The pixels that both boxes cover; the default (empty) box where there are none.</summary>
    public PixelBox Intersect(PixelBox other)
    {
        PixelBox common = new(
            Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom));
        return common.IsEmpty ? default : common;
    }

    /// <summary>
    /// The box made larger by <paramref name="margin"/> pixels on every side (smaller where negative). It is not cut to any
    /// image: follow with <see cref="Intersect"/>.
    /// </summary>
    public PixelBox Inflate(int margin) => new(Left - margin, Top - margin, Right + margin, Bottom + margin);
}
