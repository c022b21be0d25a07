using MGLMM.Masks;
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

    /// <summary>The bytes of a PNG file that shows what lies in a mask; everything else is transparent, and its colour is gone.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="mask">What stays, of the picture's size.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static byte[] Encode(RgbImage image, Mask mask)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.Width != image.Width || mask.Height != image.Height)
        {
            throw new ArgumentException($"The mask is {mask.Width}x{mask.Height}, the picture {image.Width}x{image.Height}.", nameof(mask));
        }

        byte[] inside = new byte[mask.Width * mask.Height];
        mask.CopyTo(inside);
        using SKBitmap bitmap = new(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Span<byte> target = bitmap.GetPixelSpan();
        target.Clear();
        ReadOnlySpan<byte> source = image.Pixels;
        for (int index = 0; index < inside.Length; index++)
        {
            if (inside[index] != 0)
            {
                source.Slice(index * RgbImage.Channels, RgbImage.Channels).CopyTo(target[(index * 4)..]);
                target[(index * 4) + 3] = byte.MaxValue;
            }
        }

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
