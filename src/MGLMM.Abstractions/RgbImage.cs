using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MGLMM;

/// <summary>
/// An 8-bit RGB picture: rows from the top, pixels from the left, three bytes a pixel, nothing between rows.
/// </summary>
/// <remarks>
/// Immutable and safe to share between threads. The picture owns its pixels (managed memory; nothing to dispose), and
/// <see cref="FromPixels"/> copies what it is given, so that any imaging library can feed the engine.
/// </remarks>
public sealed class RgbImage
{
    /// <summary>Bytes a pixel.</summary>
    public const int Channels = 3;

    // Vector code may read (and, while a picture is made, write) this far beyond the last pixel.
    internal const int Padding = 32;

    private readonly byte[] _buffer;
    private string? _contentHash;

    private RgbImage(byte[] buffer, int width, int height)
    {
        _buffer = buffer;
        Width = width;
        Height = height;
    }

    /// <summary>Columns; at least 1.</summary>
    public int Width { get; }

    /// <summary>Rows; at least 1.</summary>
    public int Height { get; }

    /// <summary>The pixels: <see cref="Height"/> x <see cref="Width"/> x 3 bytes, row-major, in the order red, green, blue.</summary>
    public ReadOnlySpan<byte> Pixels => _buffer.AsSpan(0, Width * Height * Channels);

    /// <summary>
    /// SHA-256 over size and pixels, in lower-case hexadecimal: equal for equal pictures, whatever files they came from.
    /// Computed at the first call, then kept.
    /// </summary>
    public string ContentHash => _contentHash ??= ComputeContentHash();

    /// <summary>The pixels and <see cref="Padding"/> bytes of no meaning behind them.</summary>
    internal ReadOnlySpan<byte> PaddedPixels => _buffer;

    /// <summary>Copies raw pixels.</summary>
    /// <param name="rgb"><paramref name="height"/> x <paramref name="width"/> x 3 bytes, row-major, red first.</param>
    /// <param name="width">Columns; at least 1.</param>
    /// <param name="height">Rows; at least 1.</param>
    /// <exception cref="ArgumentException">A size below 1, or a length that does not fit the size.</exception>
    public static RgbImage FromPixels(ReadOnlySpan<byte> rgb, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != (long)width * height * Channels)
        {
            throw new ArgumentException(
                $"A picture of {width}x{height} RGB pixels has {(long)width * height * Channels} bytes, but {rgb.Length} were given.",
                nameof(rgb));
        }

        RgbImage image = Allocate(width, height, out Span<byte> pixels);
        rgb.CopyTo(pixels);
        return image;
    }

    /// <summary>Copies a part of the picture.</summary>
    /// <param name="left">First column.</param>
    /// <param name="top">First row.</param>
    /// <param name="width">Columns; at least 1.</param>
    /// <param name="height">Rows; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is empty or reaches beyond the picture.</exception>
    public RgbImage Crop(int left, int top, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width - left);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Height - top);

        RgbImage part = Allocate(width, height, out Span<byte> pixels);
        int rowBytes = width * Channels;
        for (int y = 0; y < height; y++)
        {
            Pixels.Slice((((top + y) * Width) + left) * Channels, rowBytes).CopyTo(pixels[(y * rowBytes)..]);
        }

        return part;
    }

    /// <summary>
    /// A picture whose pixels the caller writes before anybody else sees it. <paramref name="padded"/> holds the pixels and
    /// <see cref="Padding"/> bytes behind them.
    /// </summary>
    internal static RgbImage Allocate(int width, int height, out Span<byte> padded)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(checked((width * height * Channels) + Padding));
        padded = buffer;
        return new RgbImage(buffer, width, height);
    }

    private string ComputeContentHash()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(size, Width);
        BinaryPrimitives.WriteInt32LittleEndian(size[4..], Height);
        hash.AppendData(size);
        hash.AppendData(Pixels);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
