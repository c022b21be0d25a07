namespace MGLMM;

/// <summary>Reads picture files. Thread-safe.</summary>
public interface IImageDecoder
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">Its bytes; not kept.</param>
    /// <param name="limits">What is accepted, checked on the header before memory is taken.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The pixels, turned upright, and the format.</returns>
    /// <exception cref="ImageFormatException">It is no picture that the limits allow, or a damaged one.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public DecodedImage Decode(ReadOnlySpan<byte> file, ImageLimits limits, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads a file on another thread, for callers that hold none meanwhile. A cancelled call returns at once; what is still being decoded then
    /// is dropped when it ends.
    /// </summary>
    /// <param name="file">Its bytes; they may not change until the call has ended, or for as long as a cancelled one goes on.</param>
    /// <param name="limits">What is accepted, checked on the header before memory is taken.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The pixels, turned upright, and the format.</returns>
    /// <exception cref="ImageFormatException">It is no picture that the limits allow, or a damaged one.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<DecodedImage> DecodeAsync(ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken cancellationToken = default) =>
        Task.Run(() => Decode(file.Span, limits, cancellationToken), cancellationToken).WaitAsync(cancellationToken);
}
