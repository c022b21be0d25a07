using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Advanced;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace MGLMM.Imaging.ImageSharp;

/// <summary>
/// Reads picture files with ImageSharp, in managed code alone, into the pixels that the official pre-processing starts from (OpenCV's <c>imread</c>): alpha is
/// dropped, grey is replicated, 16-bit values are shifted right by 8, the EXIF orientation is applied, colour profiles are ignored. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// PNG, BMP and WebP give OpenCV's pixels. A JPEG is near to them and not the same, since ImageSharp rounds the transform differently and repeats colours that are
/// stored at half size where OpenCV interpolates: an answer at the edge of a decision may differ from that with <c>SkiaImageDecoder</c>, which is exact.
/// </para>
/// <para>
/// An animated WebP is always refused. A file that lacks its end is refused, also where ImageSharp would show what there is. Register it as a service of the host (<see cref="IImageDecoder"/>), or give it to
/// <c>VisionToolsetOptions.Decoder</c>. Drawing and writing of pictures (<c>render_image</c>, saved workspaces) stay with SkiaSharp.
/// </para>
/// </remarks>
public sealed class ImageSharpDecoder : IImageDecoder
{
    private static readonly Configuration Formats = new(
        new PngConfigurationModule(), new JpegConfigurationModule(), new WebpConfigurationModule(), new GifConfigurationModule(), new BmpConfigurationModule());

    private readonly DecodingMemory _memory;

    /// <summary>Over a budget of a test's making.</summary>
    internal ImageSharpDecoder(DecodingMemory memory) => _memory = memory;

    /// <summary>The decoder; it has no state but the process's memory for decoding.</summary>
    public static ImageSharpDecoder Instance { get; } = new(DecodingMemory.Shared);

    /// <inheritdoc/>
    public DecodedImage Decode(ReadOnlySpan<byte> file, ImageLimits limits, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using DecodingMemory.Share share = _memory.Take(BytesNeeded(file, limits), cancellationToken);
        return Upright(file, limits, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Waits for its share of the memory that all decoders have together without holding a thread.</remarks>
    public async Task<DecodedImage> DecodeAsync(ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken cancellationToken = default)
    {
        long needed = BytesNeeded(file.Span, limits);
        DecodingMemory.Share share = await _memory.TakeAsync(needed, cancellationToken).ConfigureAwait(false);

        // Without the caller's token around it: the share is held for as long as the memory is, also where nobody waits any more.
        Task<DecodedImage> decoding = Task.Run(
            () =>
            {
                using (share)
                {
                    return Upright(file.Span, limits, cancellationToken);
                }
            },
            CancellationToken.None);
        return await decoding.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Bytes that decoding takes at its peak, the picture included, by the file's header.</summary>
    /// <exception cref="MGLMM.ImageFormatException">The file is no picture that the limits or the memory for decoding allow.</exception>
    internal long BytesNeeded(ReadOnlySpan<byte> file, ImageLimits limits)
    {
        ImageFormats format = PictureFile.Check(file, limits);
        return Read(file, format, limits, (_, header, frames, file) =>
            _memory.Allowed((long)header.Width * header.Height * BytesPerPixel(file, format, header, frames), format, header.Width, header.Height));
    }

    private static DecodedImage Upright(ReadOnlySpan<byte> file, ImageLimits limits, CancellationToken cancellationToken)
    {
        ImageFormats format = PictureFile.Check(file, limits);
        RgbImage stored = Read(file, format, limits, (stream, header, _, _) => Pixels(stream, format, header));
        cancellationToken.ThrowIfCancellationRequested();
        return new DecodedImage(PictureFile.Upright(stored, file, format), PictureFile.NameOf(format));
    }

    /// <summary>
    /// Bytes for each pixel at the peak: ImageSharp's picture and ours, and what its decoder builds beside them. Measured on pictures of 25 million pixels, by the
    /// kernel's count: 6.1 for a PNG, 11.3 for one of 16 bits, 6.3 for a JPEG, 9.3 for a progressive one with colours at half size, 6.5 for a lossy WebP, 11.1
    /// for a lossless one, 6.1 for a GIF of one picture.
    /// </summary>
    private static int BytesPerPixel(ReadOnlySpan<byte> file, ImageFormats format, IImageInfo header, int frames)
    {
        const int Ours = RgbImage.Channels;
        const int Rgb = 3;
        const int Rgba = 4;
        return Ours + format switch
        {
            ImageFormats.Png => IsDeep(format, header) ? 2 * Rgba : Rgb,

            // A progressive picture is kept as coefficients of two bytes until its last scan.
            ImageFormats.Jpeg => Rgb + (JpegMarkers.CoefficientsPerPixel(file) * sizeof(short)),

            // All pictures of an animation are read, and one that they are put together in.
            ImageFormats.Gif => (Rgb * Math.Max(1, frames)) + Rgba,
            ImageFormats.WebP => Rgb + (IsLossy(file) ? 1 : Rgba + 2),
            _ => Rgb + Rgba,
        };
    }

    /// <summary>Whether a WebP file has no more than a lossy picture: its first chunk says so.</summary>
    private static bool IsLossy(ReadOnlySpan<byte> file)
    {
        const int FirstChunk = 12;
        return file.Length > FirstChunk && file[FirstChunk..].StartsWith("VP8 "u8);
    }

    private static bool IsDeep(ImageFormats format, IImageInfo header) =>
        format == ImageFormats.Png && header.Metadata.GetPngMetadata().BitDepth == PngBitDepth.Bit16;

    private static RgbImage Pixels(Stream stream, ImageFormats format, IImageInfo header)
    {
        stream.Position = 0;
        try
        {
            return IsDeep(format, header) ? Deep(stream) : Plain(stream);
        }
        catch (Exception exception) when (IsOfTheFile(exception))
        {
            throw PictureFile.Incomplete(format, exception);
        }
    }

    /// <summary>Reads the header, compares it with the limits, and goes on with the file.</summary>
    private static unsafe T Read<T>(ReadOnlySpan<byte> file, ImageFormats format, ImageLimits limits, Reading<T> goOn)
    {
        int frames = AnimationFrames.Count(file, format);
        if (format == ImageFormats.WebP && frames > 1)
        {
            // ImageSharp 2 reads none of them; the size does not matter any more.
            PictureFile.CheckHeader(format, 1, 1, frames, limits with { FirstFrameOfAnimations = false });
        }

        fixed (byte* address = file)
        {
            using UnmanagedMemoryStream stream = new(address, file.Length);
            IImageInfo header;
            try
            {
                header = Image.Identify(Formats, stream) ?? throw PictureFile.UnreadableHeader(format);
            }
            catch (Exception exception) when (IsOfTheFile(exception))
            {
                throw PictureFile.UnreadableHeader(format, exception);
            }

            PictureFile.CheckHeader(format, header.Width, header.Height, frames, limits);
            if (PictureFile.EndsEarly(file, format))
            {
                throw PictureFile.Incomplete(format);
            }

            return goOn(stream, header, frames, file);
        }
    }

    private static RgbImage Plain(Stream stream)
    {
        using Image<Rgb24> image = Image.Load<Rgb24>(Formats, stream);
        return image.ToRgbImage();
    }

    /// <summary>16 bits a value, of which OpenCV takes the upper eight; a conversion would round.</summary>
    private static RgbImage Deep(Stream stream)
    {
        using Image<Rgba64> image = Image.Load<Rgba64>(Formats, stream);
        RgbImage ours = RgbImage.Allocate(image.Width, image.Height, out Span<byte> target);
        for (int y = 0; y < image.Height; y++)
        {
            foreach (Rgba64 pixel in image.DangerousGetPixelRowMemory(y).Span)
            {
                (target[0], target[1], target[2]) = ((byte)(pixel.R >> 8), (byte)(pixel.G >> 8), (byte)(pixel.B >> 8));
                target = target[RgbImage.Channels..];
            }
        }

        return ours;
    }

    private delegate T Reading<T>(Stream stream, IImageInfo header, int frames, ReadOnlySpan<byte> file);

    /// <summary>What its decoders throw at damaged files, which is not only what they promise.</summary>
    private static bool IsOfTheFile(Exception exception) => exception
        is ImageProcessingException or InvalidOperationException or NotSupportedException or ArgumentException or IndexOutOfRangeException
        or NullReferenceException or OverflowException or IOException or InvalidDataException or DivideByZeroException or KeyNotFoundException
        or SixLabors.ImageSharp.ImageFormatException;
}
