using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MGLMM.Runtime.Kernels;

/// <summary><see cref="BlockProduct"/>'s arithmetic in AVX-512.</summary>
internal static unsafe class BlockKernel512
{
    /// <summary>One row with one panel, whose codes are read once and widened on the way: as quick as memory brings them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(in BlockProduct product, byte* codes, float* scales, float* output)
    {
        Vector512<short> ones = Vector512<short>.One;
        Vector512<byte> low = Vector512.Create((byte)15);
        Vector512<float> left = Vector512<float>.Zero;
        Vector512<float> right = Vector512<float>.Zero;
        sbyte* row = product.Input.Codes;
        int groups = product.Layout.Block / BlockProduct.Group;
        for (int block = 0; block < product.Layout.Blocks; block++)
        {
            Vector512<int> leftSum = Vector512.Create(product.Input.Offsets[block]);
            Vector512<int> rightSum = leftSum;
            for (int group = 0; group < groups; group++)
            {
                Vector512<short> a = Vector512<short>.Zero;
                Vector512<short> b = Vector512<short>.Zero;
                Vector512<short> c = Vector512<short>.Zero;
                Vector512<short> d = Vector512<short>.Zero;
                for (int step = 0; step < BlockProduct.Group / (2 * BlockLayout.Four); step++)
                {
                    Vector512<byte> first = Vector512.Load(codes);
                    Vector512<byte> second = Vector512.Load(codes + 64);
                    Vector512<sbyte> x = Four(row);
                    Vector512<sbyte> y = Four(row + 4);
                    a += Avx512BW.MultiplyAddAdjacent(first & low, x);
                    b += Avx512BW.MultiplyAddAdjacent(second & low, x);
                    c += Avx512BW.MultiplyAddAdjacent(Vector512.ShiftRightLogical(first.AsUInt16(), 4).AsByte() & low, y);
                    d += Avx512BW.MultiplyAddAdjacent(Vector512.ShiftRightLogical(second.AsUInt16(), 4).AsByte() & low, y);
                    codes += 128;
                    row += 2 * BlockLayout.Four;
                }

                leftSum += Avx512BW.MultiplyAddAdjacent(a + c, ones);
                rightSum += Avx512BW.MultiplyAddAdjacent(b + d, ones);
            }

            Vector512<float> scale = Vector512.Create(product.Input.Scales[block]);
            left = Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(leftSum), Vector512.Load(scales) * scale, left);
            right = Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(rightSum), Vector512.Load(scales + 16) * scale, right);
            scales += BlockLayout.PanelColumns;
        }

        left.Store(output);
        right.Store(output + 16);
    }

    /// <summary>Four rows with one widened panel. All products of a step come before all sums: two kinds that take turns get into each other's way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile(in BlockProduct product, byte* codes, float* scales, int firstRow, float* output)
    {
        Vector512<short> ones = Vector512<short>.One;
        Vector512<float> left0 = Vector512<float>.Zero, left1 = left0, left2 = left0, left3 = left0;
        Vector512<float> right0 = left0, right1 = left0, right2 = left0, right3 = left0;
        int blocks = product.Layout.Blocks;
        int groups = product.Layout.Block / BlockProduct.Group;
        sbyte* row0 = product.Input.Codes + ((long)firstRow * product.Layout.PaddedDepth);
        sbyte* row1 = row0 + product.Layout.PaddedDepth;
        sbyte* row2 = row1 + product.Layout.PaddedDepth;
        sbyte* row3 = row2 + product.Layout.PaddedDepth;
        int* offsets = product.Input.Offsets + ((long)firstRow * blocks);
        float* rowScales = product.Input.Scales + ((long)firstRow * blocks);
        for (int block = 0; block < blocks; block++)
        {
            Vector512<int> l0 = Vector512.Create(offsets[block]), r0 = l0;
            Vector512<int> l1 = Vector512.Create(offsets[blocks + block]), r1 = l1;
            Vector512<int> l2 = Vector512.Create(offsets[(2 * blocks) + block]), r2 = l2;
            Vector512<int> l3 = Vector512.Create(offsets[(3 * blocks) + block]), r3 = l3;
            for (int group = 0; group < groups; group++)
            {
                Vector512<short> a0 = Vector512<short>.Zero, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
                for (int step = 0; step < BlockProduct.Group / 4; step++)
                {
                    Vector512<byte> first = Vector512.Load(codes);
                    Vector512<byte> second = Vector512.Load(codes + 64);
                    Vector512<sbyte> x0 = Four(row0), x1 = Four(row1), x2 = Four(row2), x3 = Four(row3);
                    Vector512<short> p0 = Avx512BW.MultiplyAddAdjacent(first, x0), q0 = Avx512BW.MultiplyAddAdjacent(second, x0);
                    Vector512<short> p1 = Avx512BW.MultiplyAddAdjacent(first, x1), q1 = Avx512BW.MultiplyAddAdjacent(second, x1);
                    Vector512<short> p2 = Avx512BW.MultiplyAddAdjacent(first, x2), q2 = Avx512BW.MultiplyAddAdjacent(second, x2);
                    Vector512<short> p3 = Avx512BW.MultiplyAddAdjacent(first, x3), q3 = Avx512BW.MultiplyAddAdjacent(second, x3);
                    (a0, b0, a1, b1) = (a0 + p0, b0 + q0, a1 + p1, b1 + q1);
                    (a2, b2, a3, b3) = (a2 + p2, b2 + q2, a3 + p3, b3 + q3);
                    codes += 128;
                    row0 += 4;
                    row1 += 4;
                    row2 += 4;
                    row3 += 4;
                }

                l0 += Avx512BW.MultiplyAddAdjacent(a0, ones);
                r0 += Avx512BW.MultiplyAddAdjacent(b0, ones);
                l1 += Avx512BW.MultiplyAddAdjacent(a1, ones);
                r1 += Avx512BW.MultiplyAddAdjacent(b1, ones);
                l2 += Avx512BW.MultiplyAddAdjacent(a2, ones);
                r2 += Avx512BW.MultiplyAddAdjacent(b2, ones);
                l3 += Avx512BW.MultiplyAddAdjacent(a3, ones);
                r3 += Avx512BW.MultiplyAddAdjacent(b3, ones);
            }

            Vector512<float> ofFirst = Vector512.Load(scales), ofSecond = Vector512.Load(scales + 16);
            Vector512<float> scale = Vector512.Create(rowScales[block]);
            left0 = Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(l0), ofFirst * scale, left0);
            right0 = Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(r0), ofSecond * scale, right0);
            scale = Vector512.Create(rowScales[blocks + block]);
            left1 = Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(l1), ofFirst * scale, left1);
            right1 = Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(r1), ofSecond * scale, right1);
            scale = Vector512.Create(rowScales[(2 * blocks) + block]);
            left2 = Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(l2), ofFirst * scale, left2);
            right2 = Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(r2), ofSecond * scale, right2);
            scale = Vector512.Create(rowScales[(3 * blocks) + block]);
            left3 = Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(l3), ofFirst * scale, left3);
            right3 = Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(r3), ofSecond * scale, right3);
            scales += BlockLayout.PanelColumns;
        }

        left0.Store(output);
        right0.Store(output + 16);
        left1.Store(output + 32);
        right1.Store(output + 48);
        left2.Store(output + 64);
        right2.Store(output + 80);
        left3.Store(output + 96);
        right3.Store(output + 112);
    }

    /// <summary>Four codes of a row, for all columns.</summary>
    private static Vector512<sbyte> Four(sbyte* codes) => Vector512.Create(*(int*)codes).AsSByte();
}
