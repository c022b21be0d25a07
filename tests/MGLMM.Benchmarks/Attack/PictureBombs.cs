using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;

namespace MGLMM.Benchmarks.Attack;

/// <summary>Small files that become large pictures, written from nothing.</summary>
internal static class PictureBombs
{
    /// <summary>A PNG of one colour.</summary>
    /// <param name="side">Width and height.</param>
    /// <param name="bits">Bits of a channel.</param>
    /// <param name="colourType">0 grey, 2 RGB, 3 palette, 6 RGBA.</param>
    /// <param name="interlaced">Whether the rows come in seven passes.</param>
    public static byte[] Png(int side, int bits, int colourType, bool interlaced)
    {
        int channels = colourType switch { 2 => 3, 6 => 4, _ => 1 };
        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        (header[8], header[9], header[12]) = ((byte)bits, (byte)colourType, (byte)(interlaced ? 1 : 0));
        Chunk(file, "IHDR"u8, header);
        if (colourType == 3)
        {
            Chunk(file, "PLTE"u8, [200, 100, 50]);
        }

        using MemoryStream data = new();
        using (ZLibStream zlib = new(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            (int X, int Y, int StepX, int StepY)[] passes = interlaced
                ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
                : [(0, 0, 1, 1)];
            foreach ((int x, int y, int stepX, int stepY) in passes)
            {
                int columns = (side - x + stepX - 1) / stepX;
                byte[] row = new byte[1 + (((columns * channels * bits) + 7) / 8)];
                for (int line = y; line < side; line += stepY)
                {
                    zlib.Write(row);
                }
            }
        }

        Chunk(file, "IDAT"u8, data.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>A JPEG of one colour whose blocks cost one bit each.</summary>
    /// <param name="side">Width and height, a multiple of 8.</param>
    /// <param name="progressive">Whether it comes in steps, of which this has one.</param>
    public static byte[] Jpeg(int side, bool progressive)
    {
        using MemoryStream file = new();
        file.Write([0xFF, 0xD8]);
        Segment(file, 0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]);
        byte[] size = [(byte)(side >> 8), (byte)side];
        Segment(file, progressive ? (byte)0xC2 : (byte)0xC0, [8, .. size, .. size, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);

        // One code of one bit in each table: no difference, no coefficients.
        byte[] lengths = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Segment(file, 0xC4, [0x00, .. lengths, 0]);
        Segment(file, 0xC4, [0x10, .. lengths, 0]);
        Segment(file, 0xDA, [3, 1, 0, 2, 0, 3, 0, 0, progressive ? (byte)0 : (byte)63, 0]);
        long blocks = 3L * (side / 8) * (side / 8);
        file.Write(new byte[((progressive ? blocks : 2 * blocks) + 7) / 8]);
        file.Write([0xFF, 0xD9]);
        return file.ToArray();
    }

    /// <summary>A WebP of one colour.</summary>
    public static byte[] WebP(int side, bool lossless)
    {
        using SKBitmap bitmap = new(side, side, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.Erase(new SKColor(200, 100, 50));
        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData? data = pixels.Encode(new SKWebpEncoderOptions(lossless ? SKWebpEncoderCompression.Lossless : SKWebpEncoderCompression.Lossy, 1));
        return data?.ToArray() ?? throw new InvalidOperationException("The WebP could not be made.");
    }

    /// <summary>A GIF of one colour: codes that say the same string of pixels, longer each time.</summary>
    public static byte[] Gif(int side)
    {
        using MemoryStream file = new();
        file.Write("GIF89a"u8);
        byte[] size = [(byte)side, (byte)(side >> 8), (byte)side, (byte)(side >> 8)];
        file.Write([.. size, 0x80, 0, 0, 200, 100, 50, 0, 0, 0, 0x2C, 0, 0, 0, 0, .. size, 0, 2]);
        using MemoryStream codes = new();
        (long held, int bits) = (0, 0);
        long left = (long)side * side;
        while (left > 0)
        {
            // Clear, the pixel, and then each string that the table has just learnt.
            (int width, int next, int length) = (3, 6, 1);
            Put(4, width);
            Put(0, width);
            left--;
            while (left > 0 && next < 4095)
            {
                Put(next, width);
                length++;
                left -= length;
                next++;
                width = next == 1 << width && width < 12 ? width + 1 : width;
            }
        }

        Put(5, 12);
        codes.WriteByte((byte)held);
        byte[] all = codes.ToArray();
        for (int at = 0; at < all.Length; at += 255)
        {
            int count = Math.Min(255, all.Length - at);
            file.WriteByte((byte)count);
            file.Write(all, at, count);
        }

        file.Write([0, 0x3B]);
        return file.ToArray();

        void Put(int code, int width)
        {
            held |= (long)code << bits;
            bits += width;
            while (bits >= 8)
            {
                codes.WriteByte((byte)held);
                held >>= 8;
                bits -= 8;
            }
        }
    }

    private static void Segment(Stream file, byte marker, byte[] content)
    {
        file.Write([0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2)]);
        file.Write(content);
    }

    private static void Chunk(Stream file, ReadOnlySpan<byte> name, byte[] content)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        byte[] named = [.. name, .. content];
        file.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(named));
        file.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
