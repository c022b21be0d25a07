namespace MGLMM.Imaging;

/// <summary>Reads picture files with SkiaSharp (<see cref="ImageDecoder"/>). Thread-safe.</summary>
public sealed class SkiaImageDecoder : IImageDecoder
{
    private SkiaImageDecoder()
    {
    }

    /// <summary>The decoder; it has no state.</summary>
    public static SkiaImageDecoder Instance { get; } = new();

    /// <inheritdoc/>
    public DecodedImage Decode(ReadOnlySpan<byte> file, ImageLimits limits, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RgbImage pixels = ImageDecoder.Decode(file, limits);
        cancellationToken.ThrowIfCancellationRequested();
        return new DecodedImage(pixels, PictureFile.NameOf(PictureFile.FormatOf(file)));
    }
}
