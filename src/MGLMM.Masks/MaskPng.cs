using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace MGLMM.Masks;

/// <summary>Masks as PNG files: writes greyscale, reads greyscale and palette files. All members are thread-safe.</summary>
public static partial class MaskPng
{
    /// <summary>A greyscale PNG of a mask: white inside, black outside.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="bitDepth">1 (the default, and the smaller file) or 8, for readers that want a byte of 0 or 255 per pixel.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bit depth is neither 1 nor 8.</exception>
    public static byte[] Encode(Mask mask, int bitDepth = 1)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (bitDepth is not (1 or 8))
        {
            throw new ArgumentOutOfRangeException(nameof(bitDepth), bitDepth, "A mask is written with 1 or 8 bits per pixel.");
        }

        using MemoryStream stream = new();
        stream.Write(PngReader.Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, mask.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], mask.Height);
        header[8] = (byte)bitDepth;
        header[9..].Clear();
        WriteChunk(stream, "IHDR"u8, header);
        using (MemoryStream data = new())
        {
            using (ZLibStream deflate = new(data, CompressionLevel.Optimal, leaveOpen: true))
            {
                WriteRows(mask, deflate, bitDepth);
            }

            WriteChunk(stream, "IDAT"u8, data.GetBuffer().AsSpan(0, (int)data.Length));
        }

        WriteChunk(stream, "IEND"u8, []);
        return stream.ToArray();
    }

    private static void WriteRows(Mask mask, Stream stream, int bitDepth)
    {
        int width = mask.Width;
        int pixelCount = width * mask.Height;
        byte[] pixels = ArrayPool<byte>.Shared.Rent(pixelCount);
        mask.CopyTo(pixels.AsSpan(0, pixelCount), bitDepth == 8 ? (byte)255 : (byte)1);

        // A row is its filter, always 0 for none, and its pixels, the leftmost in the highest bit.
        int rowBytes = bitDepth == 8 ? width : (width + 7) / 8;
        byte[] row = ArrayPool<byte>.Shared.Rent(rowBytes + 8);
        row[0] = 0;
        for (int y = 0; y < mask.Height; y++)
        {
            ReadOnlySpan<byte> source = pixels.AsSpan(y * width, width);
            if (bitDepth == 8)
            {
                source.CopyTo(row.AsSpan(1));
            }
            else
            {
                Pack(source, row.AsSpan(1));
            }

            stream.Write(row, 0, rowBytes + 1);
        }

        ArrayPool<byte>.Shared.Return(pixels);
        ArrayPool<byte>.Shared.Return(row);
    }

    /// <summary>Packs bytes of 0 or 1 into bits.</summary>
    private static void Pack(ReadOnlySpan<byte> source, Span<byte> target)
    {
        int x = 0;
        for (; x + 8 <= source.Length; x += 8)
        {
            // The product moves byte i of the eight to bit 63 - i; no two terms meet, so nothing carries into the highest byte.
            ulong eight = BinaryPrimitives.ReadUInt64LittleEndian(source[x..]);
            target[x / 8] = (byte)((eight * 0x8040201008040201UL) >> 56);
        }

        if (x < source.Length)
        {
            int bits = 0;
            for (int i = x; i < source.Length; i++)
            {
                bits |= source[i] << (7 - (i - x));
            }

            target[x / 8] = (byte)bits;
        }
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Compute(type, data));
        stream.Write(number);
    }
}
