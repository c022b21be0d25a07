namespace MGLMM.Masks;

/// <summary>What is made of a PNG file's rows.</summary>
internal interface IPngRows
{
    /// <summary>Makes ready for a picture; called once, before its rows.</summary>
    public void Begin(PngHeader header);

    /// <summary>Takes row <paramref name="y"/>: its bytes as the file has them, filters undone.</summary>
    public void Add(int y, ReadOnlySpan<byte> row);
}

/// <summary>Size and kind of a PNG file.</summary>
/// <param name="Width">The number of columns.</param>
/// <param name="Height">The number of rows.</param>
/// <param name="Depth">Bits per sample.</param>
/// <param name="Samples">Samples per pixel: 1 for greyscale and palette, 3 for RGB.</param>
internal readonly record struct PngHeader(int Width, int Height, int Depth, int Samples);
