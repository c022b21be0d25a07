using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace MGLMM.Runtime.Kernels;

/// <summary>
/// <see cref="BlockProduct"/>'s arithmetic in AVX-512 with <c>vpdpbusd</c>: 64 products of bytes, added up in 32 bits, are one instruction, and weights may have 8 bits. .NET has it in
/// registers of 256 bits and for other processors only, so that the machine code is made here, once a process. It calls nothing and keeps to registers that callers on
/// Linux and Windows do not expect to stay, so it needs no frame.
/// </summary>
internal static unsafe class BlockKernelVnni
{
    private const int StepsOfTurn = 8;

    // The registers of both kinds of sums: two for each row, its first 16 columns and the others.
    private static readonly AssemblerRegisterZMM[] Sums = [zmm16, zmm17, zmm18, zmm19, zmm20, zmm21, zmm22, zmm23];
    private static readonly AssemblerRegisterZMM[] Totals = [zmm24, zmm25, zmm26, zmm27, zmm28, zmm29, zmm30, zmm31];

    // Made last, with these registers.
    private static readonly delegate* unmanaged<BlockTile*, void> TileCode = IsPresent ? Make(BlockProduct.TileRows) : null;
    private static readonly delegate* unmanaged<BlockTile*, void> RowCode = IsPresent ? Make(1) : null;

    /// <summary>Whether this processor has the instruction and the system lets code be made.</summary>
    public static bool IsSupported => TileCode is not null && RowCode is not null;

    /// <summary>Leaf 7 of CPUID says it in ECX, bit 11.</summary>
    private static bool IsPresent => Avx512BW.IsSupported && X86Base.X64.IsSupported && (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0;

    /// <summary>One row with one panel of a byte a weight.</summary>
    public static void Row(in BlockProduct product, byte* codes, float* scales, float* output) => Run(RowCode, product, codes, scales, 0, output);

    /// <summary>Four rows with one panel of a byte a weight.</summary>
    public static void Tile(in BlockProduct product, byte* codes, float* scales, int firstRow, float* output) => Run(TileCode, product, codes, scales, firstRow, output);

    private static void Run(delegate* unmanaged<BlockTile*, void> code, in BlockProduct product, byte* codes, float* scales, int firstRow, float* output)
    {
        BlockLayout layout = product.Layout;
        BlockTile tile = new()
        {
            Codes = codes,
            Scales = scales,
            Rows = product.Input.Codes + ((long)firstRow * layout.PaddedDepth),
            Offsets = product.Input.Offsets + ((long)firstRow * layout.Blocks),
            RowScales = product.Input.Scales + ((long)firstRow * layout.Blocks),
            Output = output,
            RowBytes = layout.PaddedDepth,
            BlockBytes = layout.Blocks * sizeof(int),
            Blocks = layout.Blocks,
            Turns = layout.Block / (StepsOfTurn * BlockLayout.Four),
        };
        code(&tile);
    }

    private static delegate* unmanaged<BlockTile*, void> Make(int rows)
    {
        Assembler code = new(64);
        Write(code, rows);
        using MemoryStream bytes = new();
        code.Assemble(new StreamCodeWriter(bytes), 0);
        return (delegate* unmanaged<BlockTile*, void>)ExecutableMemory.Place(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>Writes the code for so many rows. Its only argument is a <see cref="BlockTile"/>, which it uses up.</summary>
    private static void Write(Assembler code, int rows)
    {
        AssemblerRegister64 tile = OperatingSystem.IsWindows() ? rcx : rdi;
        (AssemblerRegister64 codes, AssemblerRegister64 row, AssemblerRegister64 rowBytes, AssemblerRegister64 threeRows) = (rax, rdx, r8, r9);
        (AssemblerRegister64 numbers, AssemblerRegister64 count) = (r11, r10);
        (AssemblerRegisterZMM left, AssemblerRegisterZMM right) = (zmm0, zmm1);
        (AssemblerRegisterZMM ofRow, AssemblerRegisterZMM ofLeft, AssemblerRegisterZMM ofRight) = (zmm2, zmm3, zmm4);
        Label block = code.CreateLabel();
        Label turn = code.CreateLabel();
        code.mov(codes, Field(nameof(BlockTile.Codes)));
        code.mov(row, Field(nameof(BlockTile.Rows)));
        code.mov(rowBytes, Field(nameof(BlockTile.RowBytes)));
        code.lea(threeRows, __[rowBytes + (rowBytes * 2)]);
        for (int index = 0; index < 2 * rows; index++)
        {
            code.vpxord(Totals[index], Totals[index], Totals[index]);
        }

        code.Label(ref block);
        EachRow(nameof(BlockTile.Offsets), (index, number) =>
        {
            code.vpbroadcastd(Sums[2 * index], number);
            code.vmovdqa64(Sums[(2 * index) + 1], Sums[2 * index]);
        });
        code.mov(count, Field(nameof(BlockTile.Turns)));
        code.Label(ref turn);
        for (int step = 0; step < StepsOfTurn; step++)
        {
            int at = step * BlockLayout.Four * BlockLayout.PanelColumns;
            code.vmovdqu64(left, __zmmword_ptr[codes + at]);
            code.vmovdqu64(right, __zmmword_ptr[codes + at + 64]);
            for (int index = 0; index < rows; index++)
            {
                AssemblerMemoryOperand four = __dword_bcst[OfRow(index) + (step * BlockLayout.Four)];
                code.vpdpbusd(Sums[2 * index], left, four);
                code.vpdpbusd(Sums[(2 * index) + 1], right, four);
            }
        }

        code.add(codes, StepsOfTurn * BlockLayout.Four * BlockLayout.PanelColumns);
        code.add(row, StepsOfTurn * BlockLayout.Four);
        code.dec(count);
        code.jnz(turn);

        // A block's whole numbers times the scales of its columns and of its row.
        code.mov(numbers, Field(nameof(BlockTile.Scales)));
        code.vmovups(left, __zmmword_ptr[numbers]);
        code.vmovups(right, __zmmword_ptr[numbers + 64]);
        code.add(Field(nameof(BlockTile.Scales)), BlockLayout.PanelColumns * sizeof(float));
        EachRow(nameof(BlockTile.RowScales), (index, number) =>
        {
            (AssemblerRegisterZMM first, AssemblerRegisterZMM second) = (Sums[2 * index], Sums[(2 * index) + 1]);
            code.vbroadcastss(ofRow, number);
            code.vcvtdq2ps(first, first);
            code.vcvtdq2ps(second, second);
            code.vmulps(ofLeft, left, ofRow);
            code.vmulps(ofRight, right, ofRow);
            code.vfmadd231ps(Totals[2 * index], first, ofLeft);
            code.vfmadd231ps(Totals[(2 * index) + 1], second, ofRight);
        });
        code.dec(Field(nameof(BlockTile.Blocks)));
        code.jnz(block);

        code.mov(numbers, Field(nameof(BlockTile.Output)));
        for (int index = 0; index < 2 * rows; index++)
        {
            code.vmovups(__zmmword_ptr[numbers + (index * 64)], Totals[index]);
        }

        code.vzeroupper();
        code.ret();

        AssemblerMemoryOperand Field(string name) => __qword_ptr[tile + (int)Marshal.OffsetOf<BlockTile>(name)];

        AssemblerMemoryOperand OfRow(int index) => index switch
        {
            0 => row + 0,
            1 => row + rowBytes,
            2 => row + (rowBytes * 2),
            _ => row + threeRows,
        };

        // A number of the block for each row, and on to the next block.
        void EachRow(string name, Action<int, AssemblerMemoryOperand> use)
        {
            code.mov(numbers, Field(name));
            code.add(Field(name), sizeof(int));
            code.mov(count, Field(nameof(BlockTile.BlockBytes)));
            for (int index = 0; index < rows; index++)
            {
                use(index, __dword_ptr[numbers]);
                code.add(numbers, count);
            }
        }
    }

    /// <summary>What the code works on. Pointers and counts that it moves on itself.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct BlockTile
    {
        public byte* Codes;
        public float* Scales;
        public sbyte* Rows;
        public int* Offsets;
        public float* RowScales;
        public float* Output;
        public long RowBytes;
        public long BlockBytes;
        public long Blocks;
        public long Turns;
    }
}
