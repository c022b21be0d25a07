using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MGLMM.Runtime.Kernels;

/// <summary>
/// Products of rounded rows with a matrix of 4-bit or 8-bit weights: bytes are multiplied and added up as integers within a block, and blocks as fp32, with any instructions to the same last bit.
/// Pointers to memory that the caller owns; panels may be computed side by side. A code of 4 bits times one of 8 is at most 15 * 127, so that eight pairs of them fit into 16 bits.
/// </summary>
internal readonly unsafe struct BlockProduct()
{
    /// <summary>Rows that are multiplied with one reading of a panel.</summary>
    public const int TileRows = 4;

    /// <summary>Weights of a column that are added up in 16 bits.</summary>
    public const int Group = 32;

    /// <summary>Whether this processor can, with 4 bits at least.</summary>
    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    /// <summary>The best instructions of this processor. The first look takes a few dozen milliseconds, in which machine code is made.</summary>
    public static BlockInstructions Best =>
        BlockKernelVnni.IsSupported ? BlockInstructions.Avx512Vnni : Avx512BW.IsSupported ? BlockInstructions.Avx512 : BlockInstructions.Avx2;

    /// <summary>With what is computed, which the processor must have. Weights of 8 bits need <see cref="BlockInstructions.Avx512Vnni"/>.</summary>
    public BlockInstructions Instructions { get; init; } = Best;

    /// <summary>How the weights lie.</summary>
    public required BlockLayout Layout { get; init; }

    /// <summary>The codes of all panels.</summary>
    public required byte* Codes { get; init; }

    /// <summary>The scales of all panels.</summary>
    public required float* Scales { get; init; }

    /// <summary>The input; as many rows as <see cref="Rows"/>, filled up to a whole tile where there are two or more.</summary>
    public required RoundedRows Input { get; init; }

    /// <summary>Rows of the product.</summary>
    public required int Rows { get; init; }

    /// <summary>The product, [rows, columns].</summary>
    public required float* Output { get; init; }

    /// <summary>Rows that the input has room for: one, or whole tiles.</summary>
    public static int RoomFor(int rows) => rows == 1 ? 1 : (rows + TileRows - 1) / TileRows * TileRows;

    /// <summary>Whether weights of so many bits can be computed with here.</summary>
    public static bool Takes(int bits) => bits switch
    {
        4 => IsSupported,
        8 => IsSupported && BlockKernelVnni.IsSupported,
        _ => false,
    };

    /// <summary>Bytes that computing a panel takes on the way.</summary>
    public static int ScratchOf(BlockLayout layout, int rows) => rows == 1 || layout.Bits == 8 ? 0 : BlockLayout.PanelColumns * layout.PaddedDepth;

    /// <summary>Computes some panels.</summary>
    /// <param name="first">The first one.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="scratch">As many bytes as <see cref="ScratchOf"/> says, at a multiple of 64.</param>
    public void Compute(int first, int end, byte* scratch)
    {
        float* tile = stackalloc float[TileRows * BlockLayout.PanelColumns];
        for (int panel = first; panel < end; panel++)
        {
            byte* codes = Codes + ((long)panel * Layout.PanelBytes);
            float* scales = Scales + ((long)panel * Layout.PanelScales);
            int columns = Math.Min(BlockLayout.PanelColumns, Layout.Columns - (panel * BlockLayout.PanelColumns));
            float* output = Output + (panel * BlockLayout.PanelColumns);
            if (Rows == 1)
            {
                Row(codes, scales, tile);
                Keep(tile, output, 1, columns);
                continue;
            }

            byte* wide = codes;
            if (Layout.Bits == 4)
            {
                wide = scratch;
                Widen(codes, wide, Layout.PanelBytes);
            }

            for (int row = 0; row < Rows; row += TileRows)
            {
                Tile(wide, scales, row, tile);
                Keep(tile, output + ((long)row * Layout.Columns), Math.Min(TileRows, Rows - row), columns);
            }
        }
    }

    private void Row(byte* codes, float* scales, float* tile)
    {
        if (Layout.Bits == 8)
        {
            BlockKernelVnni.Row(this, codes, scales, tile);
        }
        else if (Instructions is BlockInstructions.Avx2)
        {
            BlockKernel256.Row(this, codes, scales, tile);
        }
        else
        {
            // Bound by memory: widening in registers keeps up.
            BlockKernel512.Row(this, codes, scales, tile);
        }
    }

    private void Tile(byte* codes, float* scales, int row, float* tile)
    {
        switch (Instructions)
        {
            case BlockInstructions.Avx512Vnni:
                BlockKernelVnni.Tile(this, codes, scales, row, tile);
                break;
            case BlockInstructions.Avx512:
                BlockKernel512.Tile(this, codes, scales, row, tile);
                break;
            default:
                BlockKernel256.Tile(this, codes, scales, row, tile);
                break;
        }
    }

    /// <summary>Copies what is there of a tile.</summary>
    private void Keep(float* tile, float* output, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(tile + (row * BlockLayout.PanelColumns), columns).CopyTo(new Span<float>(output + ((long)row * Layout.Columns), columns));
        }
    }

    /// <summary>A byte for each weight: those of the low halves, then those of the high halves.</summary>
    private static void Widen(byte* codes, byte* wide, int count)
    {
        Vector256<byte> low = Vector256.Create((byte)15);
        for (int index = 0; index < count; index += 128)
        {
            for (int quarter = index; quarter < index + 128; quarter += 32)
            {
                Vector256<byte> both = Vector256.Load(codes + quarter);
                (both & low).Store(wide + index + quarter);
                (Vector256.ShiftRightLogical(both.AsUInt16(), 4).AsByte() & low).Store(wide + index + quarter + 128);
            }
        }
    }
}
