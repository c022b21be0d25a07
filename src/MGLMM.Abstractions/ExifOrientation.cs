using System.Buffers.Binary;

namespace MGLMM;

/// <summary>The EXIF orientation tag (0x0112): how stored rows and columns become shown ones.</summary>
internal static class ExifOrientation
{
    /// <summary>Stored as shown.</summary>
    public const int Upright = 1;

    private const ushort OrientationTag = 0x0112;

    /// <summary>
    /// The orientation that a file asks for, or <see cref="Upright"/>. Read here and not by Skia, which knows none in a PNG and of the others only
    /// those that are stored as a 16-bit number.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="format">What it is.</param>
    public static int Of(ReadOnlySpan<byte> file, ImageFormats format) => format switch
    {
        ImageFormats.Png => OfPng(file),
        ImageFormats.Jpeg => OfExif(JpegMarkers.Exif(file)),
        ImageFormats.WebP => OfWebP(file),
        _ => Upright,
    };

    private static int OfPng(ReadOnlySpan<byte> file)
    {
        const int SignatureLength = 8;
        const int ChunkOverhead = 12; // length, name, checksum
        int position = SignatureLength;
        while (position <= file.Length - ChunkOverhead)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[position..]);
            if (length > (uint)(file.Length - position - ChunkOverhead))
            {
                break;
            }

            if (file.Slice(position + 4, 4).SequenceEqual("eXIf"u8))
            {
                return OfExif(file.Slice(position + 8, (int)length));
            }

            position += ChunkOverhead + (int)length;
        }

        return Upright;
    }

    private static int OfWebP(ReadOnlySpan<byte> file)
    {
        const int HeaderLength = 12; // RIFF, length, WEBP
        const int ChunkHeader = 8; // name, length
        int position = HeaderLength;
        while (position <= file.Length - ChunkHeader)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(file[(position + 4)..]);
            if (length > (uint)(file.Length - position - ChunkHeader))
            {
                break;
            }

            if (file.Slice(position, 4).SequenceEqual("EXIF"u8))
            {
                // Some writers put JPEG's head before it.
                ReadOnlySpan<byte> exif = file.Slice(position + ChunkHeader, (int)length);
                return OfExif(exif.StartsWith(JpegMarkers.ExifHead) ? exif[JpegMarkers.ExifHead.Length..] : exif);
            }

            // Chunks begin at even places.
            position += ChunkHeader + (int)length + (int)(length & 1);
        }

        return Upright;
    }

    /// <summary>A picture in shown order.</summary>
    /// <param name="stored">The picture as the file stores it.</param>
    /// <param name="orientation">1 to 8; anything else counts as 1.</param>
    public static RgbImage Apply(RgbImage stored, int orientation)
    {
        if (orientation is <= Upright or > 8)
        {
            return stored;
        }

        int width = stored.Width;
        int height = stored.Height;
        bool transposed = orientation >= 5;

        // Shown pixel (x, y) is stored pixel start + x * stepX + y * stepY.
        bool fromRight = orientation is 2 or 3 or 7 or 8;
        bool fromBottom = orientation is 3 or 4 or 6 or 7;
        int start = (fromRight ? width - 1 : 0) + (fromBottom ? (height - 1) * width : 0);
        int alongRow = fromRight ? -1 : 1;
        int alongColumn = fromBottom ? -width : width;
        int stepX = transposed ? alongColumn : alongRow;
        int stepY = transposed ? alongRow : alongColumn;

        int shownWidth = transposed ? height : width;
        int shownHeight = transposed ? width : height;
        RgbImage shown = RgbImage.Allocate(shownWidth, shownHeight, out Span<byte> target);
        ReadOnlySpan<byte> source = stored.Pixels;
        int t = 0;
        for (int y = 0; y < shownHeight; y++)
        {
            int s = (start + (y * stepY)) * RgbImage.Channels;
            for (int x = 0; x < shownWidth; x++)
            {
                target[t] = source[s];
                target[t + 1] = source[s + 1];
                target[t + 2] = source[s + 2];
                t += RgbImage.Channels;
                s += stepX * RgbImage.Channels;
            }
        }

        return shown;
    }

    private static int OfExif(ReadOnlySpan<byte> exif)
    {
        if (exif.Length < 8)
        {
            return Upright;
        }

        bool little = exif.StartsWith("II"u8);
        if (!little && !exif.StartsWith("MM"u8))
        {
            return Upright;
        }

        uint directory = UInt32(exif[4..], little);
        if (directory > exif.Length - 2)
        {
            return Upright;
        }

        const int EntryLength = 12;
        ReadOnlySpan<byte> entries = exif[((int)directory + 2)..];
        int count = Math.Min(UInt16(exif[(int)directory..], little), entries.Length / EntryLength);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = entries.Slice(i * EntryLength, EntryLength);
            if (UInt16(entry, little) == OrientationTag)
            {
                return ValueOf(UInt16(entry[2..], little), entry[8..], little);
            }
        }

        return Upright;
    }

    /// <summary>A whole number of any size: the standard wants 16 bits without a sign, and writers do as they please.</summary>
    private static int ValueOf(ushort type, ReadOnlySpan<byte> value, bool little) => type switch
    {
        1 or 6 => value[0],
        3 or 8 => UInt16(value, little),
        4 or 9 => (int)UInt32(value, little),
        _ => Upright,
    };

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool little)
        => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool little)
        => little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
