using SixLabors.ImageSharp;
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

    private ImageSharpDecoder()
    {
    }

    /// <summary>The decoder; it has no state.</summary>
    public static ImageSharpDecoder Instance { get; } = new();

    /// <inheritdoc/>
    public DecodedImage Decode(ReadOnlySpan<byte> file, ImageLimits limits, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ImageFormats format = PictureFile.Check(file, limits);
        RgbImage stored = Read(file, format, limits);
        cancellationToken.ThrowIfCancellationRequested();
        return new DecodedImage(PictureFile.Upright(stored, file, format), PictureFile.NameOf(format));
    }

    private static unsafe RgbImage Read(ReadOnlySpan<byte> file, ImageFormats format, ImageLimits limits)
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

            stream.Position = 0;
            try
            {
                return format == ImageFormats.Png && header.Metadata.GetPngMetadata().BitDepth == PngBitDepth.Bit16 ? Deep(stream) : Plain(stream);
            }
            catch (Exception exception) when (IsOfTheFile(exception))
            {
                throw PictureFile.Incomplete(format, exception);
            }
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
        byte[] pixels = new byte[checked(image.Width * image.Height * RgbImage.Channels)];
        image.ProcessPixelRows(rows =>
        {
            for (int y = 0; y < rows.Height; y++)
            {
                Span<byte> target = pixels.AsSpan(y * rows.Width * RgbImage.Channels);
                foreach (Rgba64 pixel in rows.GetRowSpan(y))
                {
                    (target[0], target[1], target[2]) = ((byte)(pixel.R >> 8), (byte)(pixel.G >> 8), (byte)(pixel.B >> 8));
                    target = target[RgbImage.Channels..];
                }
            }
        });
        return RgbImage.FromPixels(pixels, image.Width, image.Height);
    }

    /// <summary>What its decoders throw at damaged files, which is not only what they promise.</summary>
    private static bool IsOfTheFile(Exception exception) => exception
        is ImageProcessingException or InvalidOperationException or NotSupportedException or ArgumentException or IndexOutOfRangeException
        or NullReferenceException or OverflowException or IOException or InvalidDataException or DivideByZeroException or KeyNotFoundException
        or SixLabors.ImageSharp.ImageFormatException;
}
