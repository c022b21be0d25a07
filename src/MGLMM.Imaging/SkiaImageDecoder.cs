namespace MGLMM.Imaging;

/// <summary>Reads picture files with SkiaSharp (<see cref="ImageDecoder"/>). Thread-safe.</summary>
public sealed class SkiaImageDecoder : IImageDecoder
{
    private readonly DecodingMemory _memory;

    /// <summary>Over a budget of a test's making.</summary>
    internal SkiaImageDecoder(DecodingMemory memory) => _memory = memory;

    /// <summary>The decoder; it has no state but the process's memory for decoding.</summary>
    public static SkiaImageDecoder Instance { get; } = new(DecodingMemory.Shared);

    /// <inheritdoc/>
    public DecodedImage Decode(ReadOnlySpan<byte> file, ImageLimits limits, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using DecodingMemory.Share share = _memory.Take(ImageDecoder.BytesNeeded(file, limits), cancellationToken);
        RgbImage pixels = ImageDecoder.DecodeWithShare(file, limits, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return new DecodedImage(pixels, PictureFile.NameOf(PictureFile.FormatOf(file)));
    }

    /// <inheritdoc/>
    /// <remarks>Waits for its share of <see cref="ImageDecoder.MaximumMemory"/> without holding a thread.</remarks>
    public async Task<DecodedImage> DecodeAsync(ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken cancellationToken = default)
    {
        long needed = ImageDecoder.BytesNeeded(file.Span, limits);
        DecodingMemory.Share share = await _memory.TakeAsync(needed, cancellationToken).ConfigureAwait(false);

        // Without the caller's token around it: the share is held for as long as the memory is, also where nobody waits any more.
        Task<DecodedImage> decoding = Task.Run(
            () =>
            {
                using (share)
                {
                    RgbImage pixels = ImageDecoder.DecodeWithShare(file.Span, limits, cancellationToken);
                    cancellationToken.ThrowIfCancellationRequested();
                    return new DecodedImage(pixels, PictureFile.NameOf(PictureFile.FormatOf(file.Span)));
                }
            },
            CancellationToken.None);
        return await decoding.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
