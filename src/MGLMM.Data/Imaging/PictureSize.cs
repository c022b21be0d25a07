using System.Buffers.Binary;

namespace MGLMM.Data.Imaging;

/// <summary>Reads the size of a PNG, JPEG or WebP picture from its headers, without decoding it.</summary>
internal static class PictureSize
{
    private const int MostExif = 1 << 24;

    /// <summary>Two pixels side by side. Turned by a quarter, one lies above the other.</summary>
    private static readonly RgbImage Wide = RgbImage.FromPixels(new byte[6], 2, 1);

    /// <summary>The size, as the picture is looked at: turned where its EXIF data say so. Null where it is none of these files or cut off.</summary>
    public static (int Width, int Height)? TryRead(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[30];
        int length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        head = head[..length];
        ImageFormats format = PictureFile.FormatOf(head);
        return format switch
        {
            ImageFormats.Png when length >= 24 =>
                Shown(BinaryPrimitives.ReadUInt32BigEndian(head[16..]), BinaryPrimitives.ReadUInt32BigEndian(head[20..]), WithoutPixels(file, format), format),
            ImageFormats.Jpeg => OfJpeg(file),
            ImageFormats.WebP when length == 30 && OfWebP(head) is (uint width, uint height) => Shown(width, height, WithoutPixels(file, format), format),
            _ => null,
        };
    }

    /// <summary>The size as it is shown; how EXIF data are read is left to who turns decoded pictures, so that both are the same.</summary>
    /// <param name="width">As the file stores it.</param>
    /// <param name="height">As the file stores it.</param>
    /// <param name="headers">The file, which may lack its pixels.</param>
    /// <param name="format">Its format.</param>
    private static (int Width, int Height)? Shown(uint width, uint height, ReadOnlySpan<byte> headers, ImageFormats format)
    {
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
        {
            return null;
        }

        return PictureFile.Upright(Wide, headers, format).Width == Wide.Width ? ((int)width, (int)height) : ((int)height, (int)width);
    }

    private static (uint Width, uint Height)? OfWebP(ReadOnlySpan<byte> head)
    {
        if (head[12..].StartsWith("VP8X"u8))
        {
            return (1 + (uint)(head[24] | (head[25] << 8) | (head[26] << 16)), 1 + (uint)(head[27] | (head[28] << 8) | (head[29] << 16)));
        }

        if (head[12..].StartsWith("VP8L"u8))
        {
            uint bits = BinaryPrimitives.ReadUInt32LittleEndian(head[21..]);
            return ((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
        }

        return head[12..].StartsWith("VP8 "u8)
            ? ((uint)BinaryPrimitives.ReadUInt16LittleEndian(head[26..]) & 0x3fff, (uint)BinaryPrimitives.ReadUInt16LittleEndian(head[28..]) & 0x3fff)
            : null;
    }

    /// <summary>Of a PNG or WebP file its head and the chunk with EXIF data, which may lie behind the pixels; the head alone where there is none.</summary>
    private static byte[] WithoutPixels(FileStream file, ImageFormats format)
    {
        // A PNG's chunk: length, name, content, checksum. A WebP's: name, length, content; it begins at an even place.
        bool isPng = format == ImageFormats.Png;
        (byte[] head, int checksum) = (new byte[isPng ? 8 : 12], isPng ? 4 : 0);
        file.Position = 0;
        file.ReadExactly(head);
        Span<byte> chunk = stackalloc byte[8];
        while (file.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false) == chunk.Length)
        {
            uint length = isPng ? BinaryPrimitives.ReadUInt32BigEndian(chunk) : BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            long end = file.Position + length + checksum;
            if (end > file.Length)
            {
                break;
            }

            if (isPng ? chunk[4..].SequenceEqual("eXIf"u8) : chunk.StartsWith("EXIF"u8))
            {
                if (length > MostExif)
                {
                    break;
                }

                byte[] content = new byte[length + checksum];
                file.ReadExactly(content);
                return [.. head, .. chunk, .. content];
            }

            file.Position = end + (isPng ? 0 : length & 1);
        }

        return head;
    }

    private static (int Width, int Height)? OfJpeg(FileStream file)
    {
        (uint Width, uint Height)? stored = null;
        Span<byte> marker = stackalloc byte[2];
        Span<byte> frame = stackalloc byte[5];
        file.Position = 2;
        long headers = file.Position;
        while (file.ReadAtLeast(marker, 2, throwOnEndOfStream: false) == 2)
        {
            // Markers may be filled up with further FFs.
            while (marker[0] == 0xff && marker[1] == 0xff)
            {
                int next = file.ReadByte();
                if (next < 0)
                {
                    return null;
                }

                marker[1] = (byte)next;
            }

            byte kind = marker[1];
            if (marker[0] != 0xff || kind is 0 or 0xd9 or 0xda)
            {
                break;
            }

            if (kind is 0x01 or (>= 0xd0 and <= 0xd8))
            {
                continue;
            }

            if (file.ReadAtLeast(marker, 2, throwOnEndOfStream: false) < 2)
            {
                break;
            }

            long end = file.Position + BinaryPrimitives.ReadUInt16BigEndian(marker) - 2;
            if (kind is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
            {
                if (file.ReadAtLeast(frame, 5, throwOnEndOfStream: false) < 5)
                {
                    break;
                }

                stored = (BinaryPrimitives.ReadUInt16BigEndian(frame[3..]), BinaryPrimitives.ReadUInt16BigEndian(frame[1..]));
            }

            file.Position = headers = end;
        }

        if (stored is not { } size)
        {
            return null;
        }

        byte[] bytes = new byte[Math.Min(headers, file.Length)];
        file.Position = 0;
        file.ReadExactly(bytes);
        return Shown(size.Width, size.Height, bytes, ImageFormats.Jpeg);
    }
}
