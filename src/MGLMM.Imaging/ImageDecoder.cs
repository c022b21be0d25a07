using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SkiaSharp;

namespace MGLMM.Imaging;

/// <summary>
/// Reads picture files into exactly the pixels that the official pre-processing starts from (<c>cv2.imread</c>, then BGR to RGB):
/// alpha is dropped without compositing, grey is replicated, palettes are expanded, 16-bit values are shifted right by 8, the EXIF
/// orientation is applied, embedded colour profiles are ignored.
/// </summary>
/// <remarks>
/// <para>
/// Thread-safe. The file's first bytes decide its format, never its name; header and limits are checked before memory is taken for
/// pixels.
/// </para>
/// <para>
/// What differs from OpenCV 4.6: a CMYK JPEG may differ by up to 2 of 255. A file that ends early or is damaged, and an animation, is refused rather
/// than half shown. The EXIF orientation is applied where OpenCV does not: in a WebP; in a JPEG behind another APP1 segment, such as XMP; and where
/// it is stored big-endian as a number of 8 or 32 bits. Pillow's <c>exif_transpose</c> does all of these but the 8 bits.
/// </para>
/// </remarks>
public static class ImageDecoder
{
    private const int BytesPerDecodedPixel = 4;
    private const int ScanlinesPerBlock = 64;

    /// <summary>
    /// Bytes that all pictures together may take while they are decoded, in this process: a picture waits until there is room for it, in the order of
    /// asking, and one that would take more alone is refused. At first 1 GiB, or half of the process's memory where that is less.
    /// </summary>
    /// <remarks>
    /// Counted by the header, as measured on pictures of 100 million pixels: 3 bytes a pixel for a JPEG, 9 for a progressive one (11 in CMYK), 7 for a PNG, 11 to 15 for
    /// an interlaced one, 7 for a lossy WebP and 11 for others, 6 at least where the picture is turned. What was read is not counted: those 3 bytes a
    /// pixel are the caller's.
    /// </remarks>
    public static long MaximumMemory
    {
        get => DecodingMemory.Shared.Maximum;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            DecodingMemory.Shared.Maximum = value;
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What is accepted; <see cref="ImageLimits.Default"/> if null.</param>
    /// <exception cref="ImageFormatException">The file is no picture that the limits allow, or it is damaged.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static RgbImage DecodeFile(string path, ImageLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        return Decode(stream, limits);
    }

    /// <summary>Reads a stream from its current position to its end. The stream stays open and need not be seekable.</summary>
    /// <inheritdoc cref="DecodeFile" path="/exception"/>
    /// <param name="stream">The stream.</param>
    /// <param name="limits">What is accepted; <see cref="ImageLimits.Default"/> if null.</param>
    public static RgbImage Decode(Stream stream, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        limits ??= ImageLimits.Default;
        MemoryStream bytes = new();
        byte[] block = ArrayPool<byte>.Shared.Rent(81_920);
        try
        {
            int read;
            while ((read = stream.Read(block)) > 0)
            {
                Append(bytes, block.AsSpan(0, read), limits);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        return Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), limits);
    }

    /// <summary>
    /// Reads a stream from its current position to its end. The stream stays open and need not be seekable. Only reading is
    /// asynchronous; decoding then runs on the calling thread.
    /// </summary>
    /// <inheritdoc cref="DecodeFile" path="/exception"/>
    /// <param name="stream">The stream.</param>
    /// <param name="limits">What is accepted; <see cref="ImageLimits.Default"/> if null.</param>
    /// <param name="cancellationToken">Ends reading early.</param>
    public static async Task<RgbImage> DecodeAsync(
        Stream stream, ImageLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        limits ??= ImageLimits.Default;
        MemoryStream bytes = new();
        byte[] block = ArrayPool<byte>.Shared.Rent(81_920);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(block, cancellationToken).ConfigureAwait(false)) > 0)
            {
                Append(bytes, block.AsSpan(0, read), limits);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), limits, cancellationToken);
    }

    /// <summary>Reads a file's bytes.</summary>
    /// <inheritdoc cref="DecodeFile" path="/exception"/>
    /// <param name="file">The whole file.</param>
    /// <param name="limits">What is accepted; <see cref="ImageLimits.Default"/> if null.</param>
    /// <param name="cancellationToken">Ends the wait for memory and the reading between rows.</param>
    public static RgbImage Decode(ReadOnlySpan<byte> file, ImageLimits? limits = null, CancellationToken cancellationToken = default)
    {
        using DecodingMemory.Share share = DecodingMemory.Shared.Take(BytesNeeded(file, limits), cancellationToken);
        return DecodeWithShare(file, limits, cancellationToken);
    }

    /// <summary>Bytes that decoding takes at its peak, the picture included, by the file's header.</summary>
    /// <exception cref="ImageFormatException">The file is no picture that the limits or <see cref="MaximumMemory"/> allow.</exception>
    internal static unsafe long BytesNeeded(ReadOnlySpan<byte> file, ImageLimits? limits)
    {
        limits ??= ImageLimits.Default;
        ImageFormats format = PictureFile.Check(file, limits);
        fixed (byte* address = file)
        {
            using SKData data = SKData.Create((nint)address, file.Length);
            using SKCodec codec = Open(data, format, limits);
            long needed = (long)codec.Info.Width * codec.Info.Height * DecodingCost.BytesPerPixel(file, format);
            return DecodingMemory.Shared.Allowed(needed, format, codec.Info.Width, codec.Info.Height);
        }
    }

    /// <summary>Reads a file's bytes; the memory for it was taken from <see cref="DecodingMemory"/>.</summary>
    internal static unsafe RgbImage DecodeWithShare(ReadOnlySpan<byte> file, ImageLimits? limits, CancellationToken cancellationToken)
    {
        limits ??= ImageLimits.Default;
        ImageFormats format = PictureFile.Check(file, limits);
        fixed (byte* address = file)
        {
            using SKData data = SKData.Create((nint)address, file.Length);
            using SKCodec codec = Open(data, format, limits);
            RgbImage stored = DecodePixels(codec, format, cancellationToken);
            if (format == ImageFormats.Jpeg && JpegMarkers.LacksLaterScans(file))
            {
                throw PictureFile.Incomplete(format);
            }

            return PictureFile.Upright(stored, file, format);
        }
    }

    /// <summary>Reads the header and compares it with the limits.</summary>
    private static SKCodec Open(SKData data, ImageFormats format, ImageLimits limits)
    {
        SKCodec codec = SKCodec.Create(data) ?? throw PictureFile.UnreadableHeader(format);
        try
        {
            PictureFile.CheckHeader(format, codec.Info.Width, codec.Info.Height, codec.FrameCount, limits);
            return codec;
        }
        catch
        {
            codec.Dispose();
            throw;
        }
    }

    private static RgbImage DecodePixels(SKCodec codec, ImageFormats format, CancellationToken cancellationToken)
    {
        int width = codec.Info.Width;
        int height = codec.Info.Height;

        // Unpremultiplied and without a colour space: Skia then hands out the stored values, whatever alpha or profile says.
        SKImageInfo info = new(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colorspace: null);
        RgbImage image = RgbImage.Allocate(width, height, out Span<byte> rgb);

        // Row by row where the format can (JPEG), so that a big photo never exists as RGBA as a whole.
        bool byScanline = format == ImageFormats.Jpeg && codec.StartScanlineDecode(info) == SKCodecResult.Success;
        int blockRows = byScanline ? Math.Min(ScanlinesPerBlock, height) : height;
        nuint rowBytes = (nuint)width * BytesPerDecodedPixel;
        unsafe
        {
            void* block = NativeMemory.AllocZeroed((nuint)blockRows, rowBytes);
            try
            {
                for (int y = 0; y < height; y += blockRows)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    int rows = Math.Min(blockRows, height - y);
                    bool complete = byScanline
                        ? codec.GetScanlines((nint)block, rows, (int)rowBytes) == rows
                        : codec.GetPixels(info, (nint)block) == SKCodecResult.Success;
                    if (!complete)
                    {
                        throw PictureFile.Incomplete(format);
                    }

                    DropAlpha(new ReadOnlySpan<byte>(block, rows * (int)rowBytes), rgb[(y * width * RgbImage.Channels)..]);
                }
            }
            finally
            {
                NativeMemory.Free(block);
            }
        }

        return image;
    }

    /// <summary>RGBA to RGB. The target is longer than the pixels by <see cref="RgbImage.Padding"/>.</summary>
    private static void DropAlpha(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        Vector128<byte> order = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 15, 15, 15);
        int s = 0;
        int t = 0;

        // Four pixels at once; the four surplus bytes are overwritten by the next step or fall into the padding.
        for (; s <= rgba.Length - Vector128<byte>.Count; s += Vector128<byte>.Count, t += 12)
        {
            Vector128.Shuffle(Vector128.Create(rgba[s..]), order).CopyTo(rgb[t..]);
        }

        for (; s < rgba.Length; s += 4, t += 3)
        {
            rgb[t] = rgba[s];
            rgb[t + 1] = rgba[s + 1];
            rgb[t + 2] = rgba[s + 2];
        }
    }

    private static void Append(MemoryStream bytes, ReadOnlySpan<byte> block, ImageLimits limits)
    {
        PictureFile.CheckLength(bytes.Length + block.Length, limits);
        bytes.Write(block);
    }
}
