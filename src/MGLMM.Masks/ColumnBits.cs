using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MGLMM.Masks;

/// <summary>
/// Turns row-major pixels into column-major runs. Rows are packed, 32 at a time, into one word per column: bit y of a word is the
/// pixel y rows below the block's first. Packing runs along the rows, as memory does and as vector registers like it; finding
/// the ends of runs is then a shift and an exclusive or over 32 pixels of one column at once.
/// </summary>
internal readonly struct ColumnBits : IDisposable
{
    private const int RowsPerBlock = 32;

    private readonly int _width;
    private readonly int _height;
    private readonly int _blocks;
    private readonly uint[] _words;

    public ColumnBits(int width, int height)
    {
        _width = width;
        _height = height;
        _blocks = (height + RowsPerBlock - 1) / RowsPerBlock;
        _words = ArrayPool<uint>.Shared.Rent(_blocks * width);
        _words.AsSpan(0, _blocks * width).Clear();
    }

    /// <summary>Packs row <paramref name="y"/>: inside where the byte is not zero.</summary>
    public void AddRow(int y, ReadOnlySpan<byte> row)
    {
        Span<uint> words = BlockOf(y);
        uint bit = 1u << (y % RowsPerBlock);
        int x = 0;
        if (Vector.IsHardwareAccelerated)
        {
            Vector<int> bits = new((int)bit);
            Span<int> signed = MemoryMarshal.Cast<uint, int>(words);
            for (; x <= row.Length - Vector<byte>.Count; x += Vector<byte>.Count)
            {
                // All ones where inside; widening keeps the sign and so the ones.
                Vector<sbyte> inside = Vector.AsVectorSByte(~Vector.Equals(new Vector<byte>(row[x..]), Vector<byte>.Zero));
                Vector.Widen(inside, out Vector<short> low, out Vector<short> high);
                Vector.Widen(low, out Vector<int> first, out Vector<int> second);
                Vector.Widen(high, out Vector<int> third, out Vector<int> fourth);
                Span<int> target = signed.Slice(x, Vector<byte>.Count);
                int step = Vector<int>.Count;
                (new Vector<int>(target) | (first & bits)).CopyTo(target);
                (new Vector<int>(target[step..]) | (second & bits)).CopyTo(target[step..]);
                (new Vector<int>(target[(2 * step)..]) | (third & bits)).CopyTo(target[(2 * step)..]);
                (new Vector<int>(target[(3 * step)..]) | (fourth & bits)).CopyTo(target[(3 * step)..]);
            }
        }

        for (; x < row.Length; x++)
        {
            if (row[x] != 0)
            {
                words[x] |= bit;
            }
        }
    }

    /// <summary>The mask of the rows packed so far.</summary>
    public Mask ToMask()
    {
        int[] counts = ArrayPool<int>.Shared.Rent(Math.Max(256, _height + 2));
        int used = 0;
        int last = 0;
        long area = 0;
        uint carry = 0;
        int rowsInLast = _height - ((_blocks - 1) * RowsPerBlock);
        uint lastRows = rowsInLast == RowsPerBlock ? uint.MaxValue : (1u << rowsInLast) - 1;
        for (int x = 0; x < _width; x++)
        {
            // A column can end at most one run per pixel.
            if (used + _height + 2 > counts.Length)
            {
                int[] larger = ArrayPool<int>.Shared.Rent(Math.Max(counts.Length * 2, used + _height + 2));
                counts.AsSpan(0, used).CopyTo(larger);
                ArrayPool<int>.Shared.Return(counts);
                counts = larger;
            }

            int start = x * _height;
            for (int block = 0; block < _blocks; block++)
            {
                uint word = _words[(block * _width) + x];
                bool isLast = block == _blocks - 1;
                uint valid = isLast ? lastRows : uint.MaxValue;
                int rows = isLast ? rowsInLast : RowsPerBlock;

                // A set bit marks a pixel that differs from the one before it in column-major order.
                uint changes = (word ^ ((word << 1) | carry)) & valid;
                carry = (word >> (rows - 1)) & 1;
                while (changes != 0)
                {
                    int position = start + BitOperations.TrailingZeroCount(changes);
                    changes &= changes - 1;
                    counts[used++] = position - last;
                    last = position;
                }

                area += BitOperations.PopCount(word);
                start += rows;
            }
        }

        counts[used++] = (_width * _height) - last;
        Mask mask = new(_width, _height, counts.AsSpan(0, used).ToArray(), area);
        ArrayPool<int>.Shared.Return(counts);
        return mask;
    }

    public void Dispose() => ArrayPool<uint>.Shared.Return(_words);

    private Span<uint> BlockOf(int y) => _words.AsSpan(y / RowsPerBlock * _width, _width);
}
