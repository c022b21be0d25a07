using System.Buffers.Binary;

namespace MGLMM;

/// <summary>A walk over a JPEG file's markers.</summary>
internal static class JpegMarkers
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;

    /// <summary>What an Exif segment begins with.</summary>
    public static ReadOnlySpan<byte> ExifHead => "Exif\0\0"u8;

    /// <summary>The first Exif segment's content, behind other segments as well; empty where there is none before the picture.</summary>
    public static ReadOnlySpan<byte> Exif(ReadOnlySpan<byte> file)
    {
        const byte FirstApplicationSegment = 0xE1;
        int position = 2; // after the start-of-image marker
        while (position <= file.Length - 4 && file[position] == 0xFF)
        {
            byte marker = file[position + 1];
            if (marker == 0xFF)
            {
                position++; // filling
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(position + 2)..]);
            if (marker == StartOfScan || length < 2 || length > file.Length - position - 2)
            {
                break;
            }

            ReadOnlySpan<byte> segment = file.Slice(position + 4, length - 2);
            if (marker == FirstApplicationSegment && segment.StartsWith(ExifHead))
            {
                return segment[ExifHead.Length..];
            }

            position += 2 + length;
        }

        return [];
    }

    /// <summary>
    /// Coefficients that a decoder must keep of the whole picture, for each of its pixels: one a component, where the parts come in several scans
    /// (a progressive picture, or components one after the other); 0 where a single scan brings all. Subsampling is not counted.
    /// </summary>
    public static int CoefficientsPerPixel(ReadOnlySpan<byte> file)
    {
        int position = 2; // after the start-of-image marker
        int components = 0;
        bool progressive = false;
        while (position <= file.Length - 4 && file[position] == 0xFF)
        {
            byte marker = file[position + 1];
            if (marker == 0xFF)
            {
                position++; // filling
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(position + 2)..]);
            ReadOnlySpan<byte> segment = file[(position + 4)..];
            if (IsFrame(marker) && segment.Length > 5)
            {
                components = segment[5];
                progressive = marker is not (0xC0 or 0xC1);
            }
            else if (marker == StartOfScan)
            {
                return progressive || (segment.Length > 0 && segment[0] < components) ? components : 0;
            }

            position += 2 + Math.Max(2, length);
        }

        // Nothing that is decoded; whatever it is, it is not cheap.
        return Math.Max(1, components);
    }

    /// <summary>
    /// True if a picture whose parts come in several scans (a progressive one) lacks its end. The decoder would show the scans that
    /// are there as if they were all; with a single scan it counts the rows itself.
    /// </summary>
    public static bool LacksLaterScans(ReadOnlySpan<byte> file) => Scans(file) is { HasEnd: false, AreSeveral: true };

    /// <summary>Whether the file has its last marker, and whether the picture's parts come in several scans.</summary>
    public static (bool HasEnd, bool AreSeveral) Scans(ReadOnlySpan<byte> file)
    {
        int position = 2; // after the start-of-image marker
        int components = 0;
        bool severalScans = false;
        while (position <= file.Length - 2)
        {
            if (file[position] != 0xFF)
            {
                position++; // entropy-coded data, or filling between segments
                continue;
            }

            byte marker = file[position + 1];
            if (marker == EndOfImage)
            {
                return (true, severalScans);
            }

            // Stuffed zeros, filling, and markers without a length: restarts, start of image, TEM.
            if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD8) or 0xFF)
            {
                position += marker == 0xFF ? 1 : 2;
                continue;
            }

            if (position > file.Length - 4)
            {
                break;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(position + 2)..]);
            ReadOnlySpan<byte> segment = file[(position + 4)..];
            if (IsFrame(marker) && segment.Length > 5)
            {
                components = segment[5];
                severalScans |= marker is not (0xC0 or 0xC1);
            }
            else if (marker == StartOfScan && segment.Length > 0)
            {
                severalScans |= segment[0] < components;
            }

            position += 2 + length;
        }

        return (false, severalScans);
    }

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
