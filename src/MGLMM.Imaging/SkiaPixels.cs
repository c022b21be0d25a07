using SkiaSharp;

namespace MGLMM.Imaging;

/// <summary>The way from <see cref="RgbImage"/> to Skia and back.</summary>
internal static class SkiaPixels
{
    /// <summary>A bitmap with the picture's pixels, opaque. The caller disposes it.</summary>
    public static SKBitmap ToBitmap(RgbImage image)
    {
        SKBitmap bitmap = new(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> target = bitmap.GetPixelSpan();
        ReadOnlySpan<byte> source = image.Pixels;
        for (int s = 0, t = 0; s < source.Length; s += RgbImage.Channels, t += 4)
        {
            target[t] = source[s];
            target[t + 1] = source[s + 1];
            target[t + 2] = source[s + 2];
            target[t + 3] = 255;
        }

        return bitmap;
    }

    /// <summary>A picture with the bitmap's pixels.</summary>
    public static RgbImage FromBitmap(SKBitmap bitmap)
    {
        RgbImage image = RgbImage.Allocate(bitmap.Width, bitmap.Height, out Span<byte> target);
        ReadOnlySpan<byte> source = bitmap.GetPixelSpan();
        for (int s = 0, t = 0; s < source.Length; s += 4, t += RgbImage.Channels)
        {
            target[t] = source[s];
            target[t + 1] = source[s + 1];
            target[t + 2] = source[s + 2];
        }

        return image;
    }

    /// <summary>A colour of ours as one of Skia's.</summary>
    public static SKColor ToColor(RgbColor color, byte alpha = 255) => new(color.Red, color.Green, color.Blue, alpha);
}
