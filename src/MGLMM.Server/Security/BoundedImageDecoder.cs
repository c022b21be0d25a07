using MGLMM.Imaging;

namespace MGLMM.Server.Security;

/// <summary>
/// Reads few picture files at a time, for each may take hundreds of megabytes while it is read; the others wait, as long as their callers do.
/// </summary>
internal sealed class BoundedImageDecoder(int atOnce) : IImageDecoder, IDisposable
{
    private readonly SemaphoreSlim _room = new(atOnce);

    public DecodedImage Decode(ReadOnlySpan<byte> file, ImageLimits limits, CancellationToken cancellationToken = default)
    {
        _room.Wait(cancellationToken);
        try
        {
            return SkiaImageDecoder.Instance.Decode(file, limits, cancellationToken);
        }
        finally
        {
            _room.Release();
        }
    }

    public void Dispose() => _room.Dispose();
}
