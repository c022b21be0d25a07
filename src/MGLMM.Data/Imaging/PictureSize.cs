using System.Buffers.Binary;

namespace MGLMM.Data.Imaging;

/// <summary>Reads the size of a PNG, JPEG or WebP picture from its first bytes, without decoding it.</summary>
internal static class PictureSize
{
    private const ushort OrientationTag = 0x0112;

    /// <summary>The size, as the picture is looked at: turned where its EXIF data say so. Null where it is none of these files or cut off.</summary>
    public static (int Width, int Height)? TryRead(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[30];
        int length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        head = head[..length];
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]) && length >= 24)
        {
            return Checked(BinaryPrimitives.ReadUInt32BigEndian(head[16..]), BinaryPrimitives.ReadUInt32BigEndian(head[20..]));
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8]))
        {
            return OfJpeg(file);
        }

        return length == 30 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8) ? OfWebP(head) : null;
    }

    private static (int Width, int Height)? Checked(uint width, uint height) =>
        width is > 0 and <= int.MaxValue && height is > 0 and <= int.MaxValue ? ((int)width, (int)height) : null;

    private static (int Width, int Height)? OfWebP(ReadOnlySpan<byte> head)
    {
        if (head[12..].StartsWith("VP8X"u8))
        {
            return (1 + (head[24] | (head[25] << 8) | (head[26] << 16)), 1 + (head[27] | (head[28] << 8) | (head[29] << 16)));
        }

        if (head[12..].StartsWith("VP8L"u8))
        {
            uint bits = BinaryPrimitives.ReadUInt32LittleEndian(head[21..]);
            return ((int)(bits & 0x3fff) + 1, (int)((bits >> 14) & 0x3fff) + 1);
        }

        return head[12..].StartsWith("VP8 "u8)
            ? Checked((uint)BinaryPrimitives.ReadUInt16LittleEndian(head[26..]) & 0x3fff, (uint)BinaryPrimitives.ReadUInt16LittleEndian(head[28..]) & 0x3fff)
            : null;
    }

    private static (int Width, int Height)? OfJpeg(FileStream file)
    {
        bool turned = false;
        Span<byte> marker = stackalloc byte[2];
        Span<byte> frame = stackalloc byte[5];
        file.Position = 2;
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
                return null;
            }

            if (kind is 0x01 or (>= 0xd0 and <= 0xd8))
            {
                continue;
            }

            if (file.ReadAtLeast(marker, 2, throwOnEndOfStream: false) < 2)
            {
                return null;
            }

            long end = file.Position + BinaryPrimitives.ReadUInt16BigEndian(marker) - 2;
            if (kind is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
            {
                if (file.ReadAtLeast(frame, 5, throwOnEndOfStream: false) < 5)
                {
                    return null;
                }

                (ushort height, ushort width) = (BinaryPrimitives.ReadUInt16BigEndian(frame[1..]), BinaryPrimitives.ReadUInt16BigEndian(frame[3..]));
                return turned ? Checked(height, width) : Checked(width, height);
            }

            if (kind == 0xe1 && end > file.Position)
            {
                byte[] data = new byte[end - file.Position];
                turned |= file.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) == data.Length && IsTurned(data);
            }

            file.Position = end;
        }

        return null;
    }

    /// <summary>Whether EXIF data turn the picture by a quarter: orientations 5 to 8.</summary>
    private static bool IsTurned(ReadOnlySpan<byte> data)
    {
        if (!data.StartsWith("Exif\0\0"u8) || data.Length < 14)
        {
            return false;
        }

        ReadOnlySpan<byte> tiff = data[6..];
        bool little = tiff[0] == (byte)'I';
        long directory = (long)UInt32(tiff[4..], little);
        if (directory + 2 > tiff.Length)
        {
            return false;
        }

        ushort entries = UInt16(tiff[(int)directory..], little);
        for (int entry = 0; entry < entries; entry++)
        {
            long at = directory + 2 + (12L * entry);
            if (at + 12 > tiff.Length)
            {
                return false;
            }

            if (UInt16(tiff[(int)at..], little) == OrientationTag)
            {
                return UInt16(tiff[((int)at + 8)..], little) is >= 5 and <= 8;
            }
        }

        return false;
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
