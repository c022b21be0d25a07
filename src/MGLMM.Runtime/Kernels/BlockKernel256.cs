using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MGLMM.Runtime.Kernels;

/// <summary><see cref="BlockProduct"/>'s arithmetic in AVX2: one row with a panel, or two with half of one, so that sixteen registers hold what is added up.</summary>
internal static unsafe class BlockKernel256
{
    /// <summary>Columns that are computed at a time.</summary>
    private const int Columns = 16;

    /// <summary>One row with one panel, whose codes are read once, in their order, and widened on the way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(in BlockProduct product, byte* codes, float* scales, float* output)
    {
        Vector256<short> ones = Vector256<short>.One;
        Vector256<byte> low = Vector256.Create((byte)15);
        Vector256<float> first = Vector256<float>.Zero, second = first, third = first, fourth = first;
        sbyte* row = product.Input.Codes;
        int groups = product.Layout.Block / BlockProduct.Group;
        for (int block = 0; block < product.Layout.Blocks; block++)
        {
            Vector256<int> sum0 = Vector256.Create(product.Input.Offsets[block]), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            for (int group = 0; group < groups; group++)
            {
                Vector256<short> a = Vector256<short>.Zero, b = a, c = a, d = a;
                for (int step = 0; step < BlockProduct.Group / (2 * BlockLayout.Four); step++)
                {
                    Vector256<sbyte> x = Four(row);
                    Vector256<sbyte> y = Four(row + 4);
                    Vector256<byte> both = Vector256.Load(codes);
                    a += Avx2.MultiplyAddAdjacent(both & low, x);
                    a += Avx2.MultiplyAddAdjacent(High(both) & low, y);
                    both = Vector256.Load(codes + 32);
                    b += Avx2.MultiplyAddAdjacent(both & low, x);
                    b += Avx2.MultiplyAddAdjacent(High(both) & low, y);
                    both = Vector256.Load(codes + 64);
                    c += Avx2.MultiplyAddAdjacent(both & low, x);
                    c += Avx2.MultiplyAddAdjacent(High(both) & low, y);
                    both = Vector256.Load(codes + 96);
                    d += Avx2.MultiplyAddAdjacent(both & low, x);
                    d += Avx2.MultiplyAddAdjacent(High(both) & low, y);
                    codes += 4 * BlockLayout.PanelColumns;
                    row += 2 * BlockLayout.Four;
                }

                sum0 += Avx2.MultiplyAddAdjacent(a, ones);
                sum1 += Avx2.MultiplyAddAdjacent(b, ones);
                sum2 += Avx2.MultiplyAddAdjacent(c, ones);
                sum3 += Avx2.MultiplyAddAdjacent(d, ones);
            }

            Vector256<float> scale = Vector256.Create(product.Input.Scales[block]);
            first = Fma.MultiplyAdd(Vector256.ConvertToSingle(sum0), Vector256.Load(scales) * scale, first);
            second = Fma.MultiplyAdd(Vector256.ConvertToSingle(sum1), Vector256.Load(scales + 8) * scale, second);
            third = Fma.MultiplyAdd(Vector256.ConvertToSingle(sum2), Vector256.Load(scales + 16) * scale, third);
            fourth = Fma.MultiplyAdd(Vector256.ConvertToSingle(sum3), Vector256.Load(scales + 24) * scale, fourth);
            scales += BlockLayout.PanelColumns;
        }

        first.Store(output);
        second.Store(output + 8);
        third.Store(output + 16);
        fourth.Store(output + 24);
    }

    /// <summary>Four rows with one widened panel.</summary>
    public static void Tile(in BlockProduct product, byte* codes, float* scales, int firstRow, float* output)
    {
        for (int row = 0; row < BlockProduct.TileRows; row += 2)
        {
            for (int half = 0; half < BlockLayout.PanelColumns / Columns; half++)
            {
                TwoRows(product, codes + (half * 4 * Columns), scales + (half * Columns), firstRow + row, output + (row * BlockLayout.PanelColumns) + (half * Columns));
            }
        }
    }

    /// <summary>All products of a step come before all sums: two kinds that take turns get into each other's way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoRows(in BlockProduct product, byte* codes, float* scales, int firstRow, float* output)
    {
        Vector256<short> ones = Vector256<short>.One;
        Vector256<float> left0 = Vector256<float>.Zero, left1 = left0, right0 = left0, right1 = left0;
        int blocks = product.Layout.Blocks;
        int groups = product.Layout.Block / BlockProduct.Group;
        sbyte* row0 = product.Input.Codes + ((long)firstRow * product.Layout.PaddedDepth);
        sbyte* row1 = row0 + product.Layout.PaddedDepth;
        int* offsets = product.Input.Offsets + ((long)firstRow * blocks);
        float* rowScales = product.Input.Scales + ((long)firstRow * blocks);
        for (int block = 0; block < blocks; block++)
        {
            Vector256<int> l0 = Vector256.Create(offsets[block]), r0 = l0;
            Vector256<int> l1 = Vector256.Create(offsets[blocks + block]), r1 = l1;
            for (int group = 0; group < groups; group++)
            {
                Vector256<short> a0 = Vector256<short>.Zero, a1 = a0, b0 = a0, b1 = a0;
                for (int step = 0; step < BlockProduct.Group / 4; step++)
                {
                    Vector256<byte> first = Vector256.Load(codes);
                    Vector256<byte> second = Vector256.Load(codes + 32);
                    Vector256<sbyte> x0 = Four(row0), x1 = Four(row1);
                    Vector256<short> p0 = Avx2.MultiplyAddAdjacent(first, x0), q0 = Avx2.MultiplyAddAdjacent(second, x0);
                    Vector256<short> p1 = Avx2.MultiplyAddAdjacent(first, x1), q1 = Avx2.MultiplyAddAdjacent(second, x1);
                    (a0, b0, a1, b1) = (a0 + p0, b0 + q0, a1 + p1, b1 + q1);
                    codes += 4 * BlockLayout.PanelColumns;
                    row0 += 4;
                    row1 += 4;
                }

                l0 += Avx2.MultiplyAddAdjacent(a0, ones);
                r0 += Avx2.MultiplyAddAdjacent(b0, ones);
                l1 += Avx2.MultiplyAddAdjacent(a1, ones);
                r1 += Avx2.MultiplyAddAdjacent(b1, ones);
            }

            Vector256<float> ofFirst = Vector256.Load(scales), ofSecond = Vector256.Load(scales + 8);
            Vector256<float> scale = Vector256.Create(rowScales[block]);
            left0 = Fma.MultiplyAdd(Vector256.ConvertToSingle(l0), ofFirst * scale, left0);
            right0 = Fma.MultiplyAdd(Vector256.ConvertToSingle(r0), ofSecond * scale, right0);
            scale = Vector256.Create(rowScales[blocks + block]);
            left1 = Fma.MultiplyAdd(Vector256.ConvertToSingle(l1), ofFirst * scale, left1);
            right1 = Fma.MultiplyAdd(Vector256.ConvertToSingle(r1), ofSecond * scale, right1);
            scales += BlockLayout.PanelColumns;
        }

        left0.Store(output);
        right0.Store(output + 8);
        left1.Store(output + BlockLayout.PanelColumns);
        right1.Store(output + BlockLayout.PanelColumns + 8);
    }

    /// <summary>The high halves of bytes, beside bits of their neighbours.</summary>
    private static Vector256<byte> High(Vector256<byte> both) => Vector256.ShiftRightLogical(both.AsUInt16(), 4).AsByte();

    /// <summary>Four codes of a row, for all columns.</summary>
    private static Vector256<sbyte> Four(sbyte* codes) => Vector256.Create(*(int*)codes).AsSByte();
}
