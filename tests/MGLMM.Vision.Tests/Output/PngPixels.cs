using SkiaSharp;

namespace MGLMM.Vision.Tests.Output;

/// <summary>A PNG file as another decoder reads it.</summary>
internal sealed class PngPixels
{
    private readonly SKColor[] _colors;

    public PngPixels(ReadOnlySpan<byte> file)
    {
        using SKBitmap bitmap = SKBitmap.Decode(file.ToArray());
        (Width, Height) = (bitmap.Width, bitmap.Height);
        _colors = bitmap.Pixels;
        BitDepth = file[24];
    }

    public int Width { get; }

    public int Height { get; }

    public int BitDepth { get; }

    public SKColor this[int x, int y] => _colors[(y * Width) + x];

    public int Count(Func<SKColor, bool> wanted) => _colors.Count(wanted);
}
