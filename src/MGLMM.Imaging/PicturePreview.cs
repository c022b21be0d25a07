using SkiaSharp;

namespace MGLMM.Imaging;

/// <summary>Makes picture files small enough to be shown where the whole would be too much, such as in a chat. Thread-safe.</summary>
public static class PicturePreview
{
    private const int JpegQuality = 85;

    /// <summary>Below this nothing is seen any more: the longer side, in pixels.</summary>
    private const int SmallestSidePx = 64;

    /// <summary>
    /// A picture file within limits: itself if it fits, else a smaller PNG; where that has too many bytes, as of photographs, a JPEG unless something is transparent, and
    /// smaller until it fits.
    /// </summary>
    /// <param name="file">A PNG, JPEG or WebP file from trusted hands; limits on what strangers send are those of <see cref="ImageDecoder"/>.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="maximumSidePx">Pixels of the longer side at most; at least 1.</param>
    /// <param name="maximumBytes">Bytes at most.</param>
    /// <returns>The file and its media type; null where it is no picture, or would fit only too small to see anything.</returns>
    public static (ReadOnlyMemory<byte> Content, string MediaType)? Fit(ReadOnlyMemory<byte> file, string mediaType, int maximumSidePx, int maximumBytes = int.MaxValue)
    {
        ArgumentException.ThrowIfNullOrEmpty(mediaType);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumSidePx, 1);
        using SKData data = SKData.CreateCopy(file.Span);
        using SKCodec? codec = SKCodec.Create(data);
        if (codec is null)
        {
            return null;
        }

        int longer = Math.Max(codec.Info.Width, codec.Info.Height);
        if (longer <= maximumSidePx && file.Length <= maximumBytes)
        {
            return (file, mediaType);
        }

        using SKBitmap? full = SKBitmap.Decode(codec);
        for (double side = Math.Min(longer, maximumSidePx); full is not null;)
        {
            (byte[] content, string type) = Encode(full, side / longer, maximumBytes);
            if (content.Length <= maximumBytes)
            {
                return (content, type);
            }

            if (side <= SmallestSidePx)
            {
                return null;
            }

            // Bytes go with the area, roughly: a little less than would fit, so that few rounds are enough.
            side = Math.Max(SmallestSidePx, side * Math.Clamp(0.95 * Math.Sqrt((double)maximumBytes / content.Length), 0.25, 0.95));
        }

        return null;
    }

    /// <summary>The picture at a scale: as PNG, or where that is too large and nothing is transparent, as JPEG.</summary>
    private static (byte[] Content, string MediaType) Encode(SKBitmap full, double scale, int maximumBytes)
    {
        SKImageInfo size = new(Math.Max(1, (int)(full.Width * scale)), Math.Max(1, (int)(full.Height * scale)), full.ColorType, full.AlphaType);
        using SKBitmap small = full.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        byte[] png = PngWriter.Encode(small);
        if (png.Length <= maximumBytes || small.AlphaType != SKAlphaType.Opaque)
        {
            return (png, "image/png");
        }

        using SKData jpeg = small.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
        return (jpeg.ToArray(), "image/jpeg");
    }
}
