using System.Buffers.Binary;

namespace MGLMM;

/// <summary>
/// What every <see cref="IImageDecoder"/> keeps to before and behind the work of its library: which files are let in, how large they may be, in whose words
/// they are refused, and how a picture is turned upright. Nothing here takes memory that the file asks for. Thread-safe.
/// </summary>
public static class PictureFile
{
    private const int BytesPerDecodedPixel = 4;

    /// <summary>A file's format by its first bytes, which tell it, and not by its name; <see cref="ImageFormats.None"/> for others.</summary>
    /// <param name="file">The file.</param>
    public static ImageFormats FormatOf(ReadOnlySpan<byte> file)
        => file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? ImageFormats.Png
            : file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? ImageFormats.Jpeg
            : file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) ? ImageFormats.WebP
            : file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8) ? ImageFormats.Gif
            : file.StartsWith("BM"u8) ? ImageFormats.Bmp
            : ImageFormats.None;

    /// <summary>What <see cref="DecodedImage.Format"/> calls a format, such as <c>png</c>.</summary>
    /// <param name="format">The format.</param>
    public static string NameOf(ImageFormats format) => format == ImageFormats.None ? "unknown" : Name(format).ToLowerInvariant();

    /// <summary>Lets a file in by its length and its format.</summary>
    /// <param name="file">The file.</param>
    /// <param name="limits">What is accepted.</param>
    /// <returns>Its format.</returns>
    /// <exception cref="ImageFormatException">It is empty, too long, or of a format that is not accepted.</exception>
    public static ImageFormats Check(ReadOnlySpan<byte> file, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (file.IsEmpty)
        {
            throw new ImageFormatException("The picture file is empty (0 bytes); check how it was written or uploaded.");
        }

        CheckLength(file.Length, limits);
        ImageFormats format = FormatOf(file);
        return (format & limits.AllowedFormats) != 0
            ? format
            : throw new ImageFormatException($"This is {Describe(file, format)}, which is not accepted; save it as {Names(limits.AllowedFormats)}.");
    }

    /// <summary>Lets a file in by its length alone, which may be what was read so far.</summary>
    /// <param name="length">Bytes.</param>
    /// <param name="limits">What is accepted.</param>
    /// <exception cref="ImageFormatException">It is too long.</exception>
    public static void CheckLength(long length, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (length > limits.MaximumBytes)
        {
            throw new ImageFormatException($"The picture file has more than the accepted {limits.MaximumBytes:N0} bytes; scale it down or compress it more.") { IsTooLarge = true };
        }
    }

    /// <summary>Lets a picture in by its size and frames, as its header tells them, before memory is taken.</summary>
    /// <param name="format">The file's format.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="frames">Pictures in the file; more than one is an animation.</param>
    /// <param name="limits">What is accepted.</param>
    /// <exception cref="ImageFormatException">It has no size, too many pixels, or is an animation where none is accepted.</exception>
    public static void CheckHeader(ImageFormats format, int width, int height, int frames, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        long pixels = (long)width * height;
        if (width < 1 || height < 1)
        {
            throw new ImageFormatException($"The {Name(format)} header gives a size of {width}x{height}; the file is damaged.");
        }

        // The second bound is that of one .NET array of RGB bytes, for limits that were set beyond it.
        if (pixels > Math.Min(limits.MaximumPixels, (Array.MaxLength - RgbImage.Padding) / BytesPerDecodedPixel))
        {
            throw new ImageFormatException(
                $"The picture has {width}x{height} = {pixels:N0} pixels; at most {limits.MaximumPixels:N0} are accepted. Scale it down.") { IsTooLarge = true };
        }

        if (frames > 1 && !limits.FirstFrameOfAnimations)
        {
            throw new ImageFormatException($"The {Name(format)} file is an animation of {frames} frames; save the one you mean as {Names(limits.AllowedFormats)}.");
        }
    }

    /// <summary>The refusal of a file whose header cannot be read.</summary>
    /// <param name="format">The file's format.</param>
    /// <param name="cause">What the library said; null for nothing.</param>
    public static ImageFormatException UnreadableHeader(ImageFormats format, Exception? cause = null)
        => new($"The {Name(format)} header cannot be read: the file is damaged, incomplete or of a rare kind. Save or send it again.", cause!);

    /// <summary>The refusal of a file whose picture is not whole.</summary>
    /// <param name="format">The file's format.</param>
    /// <param name="cause">What the library said; null for nothing.</param>
    public static ImageFormatException Incomplete(ImageFormats format, Exception? cause = null)
        => new($"The {Name(format)} file is damaged or incomplete: its picture data ends early or cannot be read. Save or send it again.", cause!);

    /// <summary>
    /// Whether a file lacks its end: a JPEG its last marker, a PNG its last chunk, a WebP bytes that its head announces. For libraries that show what there is
    /// of such a file as if it were all.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="format">Its format.</param>
    public static bool EndsEarly(ReadOnlySpan<byte> file, ImageFormats format) => format switch
    {
        ImageFormats.Jpeg => !JpegMarkers.Scans(file).HasEnd,
        ImageFormats.Png => !HasPngEnd(file),
        ImageFormats.WebP => BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L > file.Length,
        _ => false,
    };

    /// <summary>A picture as it is to be seen: turned as the file's EXIF orientation says.</summary>
    /// <param name="stored">The picture as the file stores it.</param>
    /// <param name="file">The file.</param>
    /// <param name="format">Its format.</param>
    public static RgbImage Upright(RgbImage stored, ReadOnlySpan<byte> file, ImageFormats format)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return ExifOrientation.Apply(stored, ExifOrientation.Of(file, format));
    }

    private static bool HasPngEnd(ReadOnlySpan<byte> file)
    {
        const int SignatureLength = 8;
        const int ChunkOverhead = 12; // length, name, checksum
        for (long position = SignatureLength; position <= file.Length - ChunkOverhead;)
        {
            ReadOnlySpan<byte> chunk = file[(int)position..];
            if (chunk[4..].StartsWith("IEND"u8))
            {
                return true;
            }

            position += ChunkOverhead + (long)BinaryPrimitives.ReadUInt32BigEndian(chunk);
        }

        return false;
    }

    private static string Describe(ReadOnlySpan<byte> file, ImageFormats format)
        => format != ImageFormats.None ? $"a {Name(format)} file"
            : file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) ? "a TIFF file"
            : file.Length >= 12 && file[4..].StartsWith("ftyp"u8) ? "an AVIF, HEIC or video file"
            : file.StartsWith("%PDF"u8) ? "a PDF file"
            : "a file of a format that is not known here";

    private static string Names(ImageFormats formats)
        => string.Join(", ", Enum.GetValues<ImageFormats>()
            .Where(format => format != ImageFormats.None && formats.HasFlag(format))
            .Select(Name)) is { Length: > 0 } names ? names : "no format at all (the limits allow none)";

    private static string Name(ImageFormats format) => format switch
    {
        ImageFormats.Png => "PNG",
        ImageFormats.Jpeg => "JPEG",
        ImageFormats.WebP => "WebP",
        ImageFormats.Gif => "GIF",
        ImageFormats.Bmp => "BMP",
        _ => format.ToString(),
    };
}
