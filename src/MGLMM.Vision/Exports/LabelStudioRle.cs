using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>
/// The run lengths of Label Studio's brush: another codec than COCO's. A stream of bits, highest first, padded with zeros.
/// </summary>
/// <remarks>
/// <para>
/// The head: how many values (32 bits), bits per value less one (5), and four run sizes less one (4 each): here 8-bit values and 3, 4, 8
/// and 16. Then blocks: whether the values of the block are equal (1), which run size counts them (2), the count less one in that many
/// bits, and the value, once for equal ones and else one by one.
/// </para>
/// <para>
/// The values are the bytes of an RGBA picture, row by row; a mask has its byte four times for each pixel. Written as
/// <c>encode_rle</c> of label-studio-converter's <c>brush.py</c> writes it, to the byte, its full byte of padding behind a whole last
/// byte included; the format itself is thi.ng's rle-pack.
/// </para>
/// </remarks>
public static class LabelStudioRle
{
    private const int Channels = 4;
    private const int ValueBits = 8;
    private const int LongestRun = 1 << 16;

    private static readonly int[] RunBits = [3, 4, 8, 16];

    /// <summary>A mask: 255 inside, 0 outside, in all four channels.</summary>
    /// <param name="mask">The mask.</param>
    public static byte[] Encode(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        byte[] pixels = new byte[mask.Width * mask.Height];
        mask.CopyTo(pixels, inside: byte.MaxValue);
        return Encode(pixels, Channels);
    }

    /// <summary>Any values, each repeated so many times.</summary>
    internal static byte[] Encode(ReadOnlySpan<byte> values, int repeat = 1)
    {
        BitWriter bits = new();
        bits.Write((uint)((long)values.Length * repeat), 32);
        bits.Write(ValueBits - 1, 5);
        foreach (int size in RunBits)
        {
            bits.Write((uint)(size - 1), 4);
        }

        for (int start = 0; start < values.Length;)
        {
            ReadOnlySpan<byte> rest = values[start..];
            int end = rest.IndexOfAnyExcept(rest[0]);
            int length = end < 0 ? rest.Length : end;
            WriteRun(bits, rest[0], (long)length * repeat);
            start += length;
        }

        return bits.ToBytes();
    }

    private static void WriteRun(BitWriter bits, byte value, long length)
    {
        for (; length > LongestRun; length -= LongestRun)
        {
            WriteBlock(bits, value, LongestRun);
        }

        WriteBlock(bits, value, (int)length);
    }

    private static void WriteBlock(BitWriter bits, byte value, int length)
    {
        int size = 0;
        while (length > 1 << RunBits[size])
        {
            size++;
        }

        // A single value counts as one that differs.
        bits.Write(length == 1 ? 0u : 1u, 1);
        bits.Write((uint)size, 2);
        bits.Write((uint)(length - 1), RunBits[size]);
        bits.Write(value, ValueBits);
    }

    private sealed class BitWriter
    {
        private readonly List<byte> _bytes = [];
        private ulong _pending;
        private int _count;

        public void Write(uint value, int bits)
        {
            _pending = (_pending << bits) | value;
            _count += bits;
            while (_count >= 8)
            {
                _count -= 8;
                _bytes.Add((byte)(_pending >> _count));
            }
        }

        public byte[] ToBytes()
        {
            Write(0, 8 - _count);
            return [.. _bytes];
        }
    }
}
