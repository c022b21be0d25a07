namespace MGLMM.Runtime.Kernels;

/// <summary>
/// Where the codes and scales of a matrix of 4-bit or 8-bit weights lie, so that a processor reads them in one stream. Columns of the product (rows of the stored matrix) are
/// taken 32 at a time, as panels. Of a panel, four weights of each column follow one another: 64 bytes for its first 16 columns and 64 for the others, four bytes for each column. With 4 bits
/// it is eight weights: the low halves are the first four and the high halves are the next four. A panel's scales are 32 floats for each block. What is missing in the last panel has the code of 0.
/// Immutable.
/// </summary>
internal readonly record struct BlockLayout
{
    /// <summary>Columns of a panel.</summary>
    public const int PanelColumns = 32;

    /// <summary>Weights of a column that lie together, a byte each: what is multiplied at once.</summary>
    public const int Four = 4;

    /// <summary>A layout.</summary>
    /// <param name="columns">Columns of the product, N.</param>
    /// <param name="depth">Numbers of a row of the input, K.</param>
    /// <param name="block">Weights that share a scale.</param>
    /// <param name="bits">Of a weight: 4 or 8.</param>
    /// <exception cref="ArgumentException">Such a matrix cannot be laid out so.</exception>
    public BlockLayout(long columns, long depth, long block, long bits = 4)
    {
        if (!Takes(columns, depth, block, bits))
        {
            throw new ArgumentException($"{columns} x {depth} weights of {bits} bits in blocks of {block} cannot be laid out in panels.");
        }

        (Columns, Depth, Block, Bits) = ((int)columns, (int)depth, (int)block, (int)bits);
    }

    /// <summary>Columns of the product.</summary>
    public int Columns { get; }

    /// <summary>Numbers of a row of the input.</summary>
    public int Depth { get; }

    /// <summary>Weights that share a scale.</summary>
    public int Block { get; }

    /// <summary>Bits of a weight: 4 or 8.</summary>
    public int Bits { get; }

    /// <summary>The code of 0: the middle of all codes.</summary>
    public int Zero => 1 << (Bits - 1);

    /// <summary>Blocks of a column; the last one is filled up.</summary>
    public int Blocks => (Depth + Block - 1) / Block;

    /// <summary>Numbers of a row once its last block is filled up.</summary>
    public int PaddedDepth => Blocks * Block;

    /// <summary>Panels of the matrix.</summary>
    public int Panels => (Columns + PanelColumns - 1) / PanelColumns;

    /// <summary>Bytes of a panel's codes.</summary>
    public int PanelBytes => PanelColumns * StoredDepth;

    /// <summary>Bytes of a column's codes.</summary>
    public int StoredDepth => PaddedDepth / 8 * Bits;

    /// <summary>Floats of a panel's scales.</summary>
    public int PanelScales => PanelColumns * Blocks;

    /// <summary>Bytes of all codes.</summary>
    public long CodeBytes => (long)Panels * PanelBytes;

    /// <summary>Floats of all scales.</summary>
    public long ScaleCount => (long)Panels * PanelScales;

    /// <summary>Whether a matrix of these sizes can be laid out so: blocks of whole 16-bit sums, and a panel widened to a byte a weight in one array.</summary>
    public static bool Takes(long columns, long depth, long block, long bits) =>
        bits is 4 or 8
        && block is >= 32 and <= 1024 && block % 32 == 0
        && columns is >= 1 and <= int.MaxValue / 2
        && depth >= 1 && depth <= (Array.MaxLength / PanelColumns / 2) - 1024
        && (columns + PanelColumns) * (depth + block) / 8 * bits <= Array.MaxLength;

    /// <summary>Lays out one panel.</summary>
    /// <param name="panel">Its number.</param>
    /// <param name="codes">Of the whole matrix, [columns, blocks, bytes of a block]; with 4 bits two weights in a byte, the first in its low half.</param>
    /// <param name="scales">Of the whole matrix, [columns, blocks].</param>
    /// <param name="laidCodes">Receives <see cref="PanelBytes"/>.</param>
    /// <param name="laidScales">Receives <see cref="PanelScales"/>.</param>
    public void Lay(int panel, ReadOnlySpan<byte> codes, ReadOnlySpan<float> scales, Span<byte> laidCodes, Span<float> laidScales)
    {
        int first = panel * PanelColumns;
        int present = Math.Min(PanelColumns, Columns - first);
        if (present < PanelColumns)
        {
            laidCodes[..PanelBytes].Fill((byte)(Bits == 4 ? Zero | (Zero << 4) : Zero));
            laidScales[..PanelScales].Clear();
        }

        for (int column = 0; column < present; column++)
        {
            ReadOnlySpan<byte> source = codes.Slice((first + column) * StoredDepth, StoredDepth);
            Span<byte> target = laidCodes[(Four * column)..];
            if (Bits == 4)
            {
                LayHalves(source, target);
            }
            else
            {
                LayBytes(source, target);
            }

            for (int block = 0; block < Blocks; block++)
            {
                laidScales[(block * PanelColumns) + column] = scales[((first + column) * Blocks) + block];
            }
        }
    }

    private static void LayBytes(ReadOnlySpan<byte> source, Span<byte> target)
    {
        for (int step = 0, at = 0; step < source.Length; step += Four, at += Four * PanelColumns)
        {
            source.Slice(step, Four).CopyTo(target[at..]);
        }
    }

    private static void LayHalves(ReadOnlySpan<byte> source, Span<byte> target)
    {
        for (int step = 0, at = 0; step < source.Length; step += Four, at += Four * PanelColumns)
        {
            // Bytes of pairs (0 1) (2 3) (4 5) (6 7) become (0 4) (1 5) (2 6) (3 7).
            byte a = source[step];
            byte b = source[step + 1];
            byte c = source[step + 2];
            byte d = source[step + 3];
            target[at] = (byte)((a & 15) | (c << 4));
            target[at + 1] = (byte)((a >> 4) | (c & 240));
            target[at + 2] = (byte)((b & 15) | (d << 4));
            target[at + 3] = (byte)((b >> 4) | (d & 240));
        }
    }
}
