using SkiaSharp;

namespace MGLMM.Imaging;

/// <summary>Writes pictures as PNG: 8-bit, without loss. Thread-safe.</summary>
public static class PngWriter
{
    /// <summary>The bytes of a PNG file.</summary>
    public static byte[] Encode(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        using SKBitmap bitmap = SkiaPixels.ToBitmap(image);
        return Encode(bitmap);
    }

    internal static byte[] Encode(SKBitmap bitmap)
    {
        using SKPixmap pixels = bitmap.PeekPixels();
        // A fifth of the time of all filters at level 6, for files a tenth larger.
        using SKData data = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub | SKPngEncoderFilterFlags.Up, zLibLevel: 4))
            ?? throw new InvalidOperationException($"A picture of {bitmap.Width}x{bitmap.Height} pixels could not be encoded as PNG.");
        return data.ToArray();
    }
}
