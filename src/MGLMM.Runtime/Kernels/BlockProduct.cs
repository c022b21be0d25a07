using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MGLMM.Runtime.Kernels;

/// <summary>
/// Products of rounded rows with a matrix of 4-bit weights: bytes are multiplied and added up as integers within a block, and blocks as fp32, in AVX-512 or in AVX2, to the same last bit. Pointers
/// to memory that the caller owns; panels may be computed side by side. A code of 4 bits times one of 8 is at most 15 * 127, so that eight pairs of them fit into 16 bits.
/// </summary>
internal readonly unsafe struct BlockProduct()
{
    /// <summary>Rows that are multiplied with one reading of a panel.</summary>
    public const int TileRows = 4;

    /// <summary>Weights of a column that are added up in 16 bits.</summary>
    public const int Group = 32;

    /// <summary>Whether this processor can.</summary>
    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    /// <summary>Whether registers of 512 bits are used, which must be there; otherwise those of 256.</summary>
    public bool IsWide { get; init; } = Avx512BW.IsSupported;

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

    /// <summary>Bytes that computing a panel takes on the way.</summary>
    public static int ScratchOf(BlockLayout layout, int rows) => rows == 1 ? 0 : BlockLayout.PanelColumns * layout.PaddedDepth;

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
                if (IsWide)
                {
                    BlockKernel512.Row(this, codes, scales, tile);
                }
                else
                {
                    BlockKernel256.Row(this, codes, scales, tile);
                }

                Keep(tile, output, 1, columns);
                continue;
            }

            Widen(codes, scratch, Layout.PanelBytes);
            for (int row = 0; row < Rows; row += TileRows)
            {
                if (IsWide)
                {
                    BlockKernel512.Tile(this, scratch, scales, row, tile);
                }
                else
                {
                    BlockKernel256.Tile(this, scratch, scales, row, tile);
                }

                Keep(tile, output + ((long)row * Layout.Columns), Math.Min(TileRows, Rows - row), columns);
            }
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
