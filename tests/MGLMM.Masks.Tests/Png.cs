using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MGLMM.Masks.Tests;

/// <summary>A plain PNG writer for every depth and filter that the reader knows, and for files that are wrong on purpose.</summary>
internal static class Png
{
    public static byte[] Signature => [137, 80, 78, 71, 13, 10, 26, 10];

    public static byte[] Header(int width, int height, int depth, int colour, int interlace = 0, int compression = 0, int filter = 0)
    {
        byte[] body = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(body, width);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(4), height);
        body[8] = (byte)depth;
        body[9] = (byte)colour;
        body[10] = (byte)compression;
        body[11] = (byte)filter;
        body[12] = (byte)interlace;
        return Chunk("IHDR", body);
    }

    public static byte[] Chunk(string type, byte[] body)
    {
        byte[] chunk = new byte[body.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        body.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 8), Crc(chunk.AsSpan(4, body.Length + 4)));
        return chunk;
    }

    public static byte[] Deflate(byte[] rows)
    {
        using MemoryStream stream = new();
        using (ZLibStream deflate = new(stream, CompressionLevel.Fastest))
        {
            deflate.Write(rows);
        }

        return stream.ToArray();
    }

    public static byte[] Make(int width, int height, int depth, int colour, int[] samples, Func<int, int> filter, int dataChunk)
    {
        int rowBytes = ((width * depth) + 7) / 8;
        int step = Math.Max(1, depth / 8);
        List<byte> rows = new();
        byte[] above = new byte[rowBytes];
        for (int y = 0; y < height; y++)
        {
            byte[] row = new byte[rowBytes];
            for (int bit = 0; bit < width * depth; bit++)
            {
                int value = samples[(y * width) + (bit / depth)] >> (depth - 1 - (bit % depth)) & 1;
                row[bit / 8] |= (byte)(value << (7 - (bit % 8)));
            }

            int kind = filter(y);
            rows.Add((byte)kind);
            for (int i = 0; i < rowBytes; i++)
            {
                int a = i >= step ? row[i - step] : 0;
                int b = above[i];
                int c = i >= step ? above[i - step] : 0;
                int nearest = new[] { a, b, c }.MinBy(v => Math.Abs(a + b - c - v));
                rows.Add((byte)(row[i] - kind switch { 1 => a, 2 => b, 3 => (a + b) / 2, 4 => nearest, _ => 0 }));
            }

            above = row;
        }

        byte[] palette = colour == 3 ? Chunk("PLTE", new byte[3 << depth]) : [];
        return [
            .. Signature, .. Header(width, height, depth, colour), .. Chunk("tEXt", "a\0b"u8.ToArray()), .. palette,
            .. Deflate([.. rows]).Chunk(dataChunk).SelectMany(part => Chunk("IDAT", part)), .. Chunk("IEND", []), 1, 2, 3];
    }

    /// <summary>Gives every chunk that can still be found the checksum of what is now in it.</summary>
    public static void Reseal(byte[] png)
    {
        int at = 8;
        while (at + 12 <= png.Length)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at));
            if (length > png.Length - at - 12)
            {
                return;
            }

            int size = (int)length;
            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(at + 8 + size), Crc(png.AsSpan(at + 4, size + 4)));
            at += size + 12;
        }
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
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
