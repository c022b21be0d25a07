using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Inputs;

/// <summary>From what a caller asks to open to pixels: the host's sources first, then what is registered, then what the policy lets in. Thread-safe.</summary>
internal sealed class ImageOpener(IReadOnlyList<IImageSource> sources, ImageInputs inputs, IImageDecoder decoder, ImageLimits limits)
{
    /// <summary>The format of pixels that came from no file.</summary>
    private const string Raw = "raw";

    /// <summary>Reads a picture.</summary>
    /// <returns>What to call it, and what was read.</returns>
    /// <exception cref="ToolException">The source is not allowed, not there, or cannot be read.</exception>
    /// <exception cref="ImageFormatException">It is no picture that the limits allow.</exception>
    public async Task<(string Name, DecodedImage Picture)> OpenAsync(string source, CancellationToken cancellationToken)
    {
        foreach (IImageSource own in sources)
        {
            if (await own.FindAsync(source, cancellationToken).ConfigureAwait(false) is { } found)
            {
                string name = PlainText.Limit(found.Name, ContentNames.Longest);
                return (name, found.Pixels is { } pixels ? new DecodedImage(Checked(pixels), Raw) : await DecodeAsync(Checked(found.File), cancellationToken).ConfigureAwait(false));
            }
        }

        (string known, byte[] file) = await inputs.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        return (known, await DecodeAsync(file, cancellationToken).ConfigureAwait(false));
    }

    // Decoding holds the processor for long; the caller's thread may be one that draws a window.
    private Task<DecodedImage> DecodeAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken) =>
        Task.Run(() => decoder.DecodeAsync(file, limits, cancellationToken), cancellationToken);

    private ReadOnlyMemory<byte> Checked(ReadOnlyMemory<byte> file) => file.Length <= limits.MaximumBytes
        ? file
        : throw ToolException.TooLarge($"The file has {file.Length:N0} bytes; at most {limits.MaximumBytes:N0} are accepted.");

    private RgbImage Checked(RgbImage pixels) => (long)pixels.Width * pixels.Height <= limits.MaximumPixels
        ? pixels
        : throw ToolException.TooLarge($"The picture has {(long)pixels.Width * pixels.Height:N0} pixels; at most {limits.MaximumPixels:N0} are accepted.");
}
