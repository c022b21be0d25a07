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
}
