using SkiaSharp;

namespace MGLMM.Imaging;

/// <summary>Makes picture files small enough to be shown where the whole would be too much, such as in a chat. Thread-safe.</summary>
public static class PicturePreview
{
    /// <summary>A picture file within limits: itself if it fits, else a smaller PNG.</summary>
    /// <param name="file">A PNG, JPEG or WebP file from trusted hands; limits on what strangers send are those of <see cref="ImageDecoder"/>.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="maximumSidePx">Pixels of the longer side at most; at least 1.</param>
    /// <param name="maximumBytes">Bytes above which it is written anew, which need not make it smaller.</param>
    /// <returns>The file and its media type; null where it is no picture.</returns>
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

        double scale = Math.Min(1.0, (double)maximumSidePx / longer);
        SKImageInfo size = new(Math.Max(1, (int)(codec.Info.Width * scale)), Math.Max(1, (int)(codec.Info.Height * scale)));
        using SKBitmap full = SKBitmap.Decode(codec);
        using SKBitmap? small = full?.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using SKData? png = small?.Encode(SKEncodedImageFormat.Png, 100);
        return png is null ? null : (png.ToArray(), "image/png");
    }
}
