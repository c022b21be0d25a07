using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MGLMM.Runtime.Kernels;

/// <summary>
/// Rows of a product's input, each block of them rounded to 8 bits by a scale of its own: the largest number becomes 127. Pointers to memory that the caller owns, the last block filled up with zeros.
/// </summary>
internal readonly unsafe struct RoundedRows
{
    /// <summary>Rows, [rows, padded depth].</summary>
    public required sbyte* Codes { get; init; }

    /// <summary>A scale for each block, [rows, blocks].</summary>
    public required float* Scales { get; init; }

    /// <summary>What a block's codes add up to, times the code of 0 and taken away, [rows, blocks].</summary>
    public required int* Offsets { get; init; }

    /// <summary>Bytes that some rows take.</summary>
    public static long BytesOf(BlockLayout layout, int rows) => (long)rows * (layout.PaddedDepth + (layout.Blocks * (sizeof(float) + sizeof(int))));

    /// <summary>Room for some rows in one stretch of memory.</summary>
    public static RoundedRows In(byte* memory, BlockLayout layout, int rows)
    {
        // Numbers of four bytes come first, since they want to be aligned.
        float* scales = (float*)memory;
        int* offsets = (int*)(scales + ((long)rows * layout.Blocks));
        return new RoundedRows { Scales = scales, Offsets = offsets, Codes = (sbyte*)(offsets + ((long)rows * layout.Blocks)) };
    }

    /// <summary>Rounds one row.</summary>
    public void Round(float* row, BlockLayout layout, int index)
    {
        sbyte* codes = Codes + ((long)index * layout.PaddedDepth);
        float* scales = Scales + ((long)index * layout.Blocks);
        int* offsets = Offsets + ((long)index * layout.Blocks);
        for (int block = 0; block < layout.Blocks; block++)
        {
            int first = block * layout.Block;
            int count = Math.Min(layout.Block, layout.Depth - first);
            float largest = Math.Abs(TensorPrimitives.MaxMagnitude(new ReadOnlySpan<float>(row + first, count)));
            scales[block] = largest / 127;
            offsets[block] = -layout.Zero * Codes8(row + first, codes + first, count, layout.Block, largest > 0 ? 127 / largest : 0);
        }
    }

    /// <summary>Rounds a block, to even where two are as near, and adds up what comes out.</summary>
    private static int Codes8(float* numbers, sbyte* codes, int count, int block, float factor)
    {
        int index = 0;
        Vector256<int> sums = Vector256<int>.Zero;
        Vector256<float> factors = Vector256.Create(factor);
        for (; index <= count - 8; index += 8)
        {
            Vector256<int> rounded = Avx.ConvertToVector256Int32(Vector256.Load(numbers + index) * factors);
            sums += rounded;
            Vector128<short> halves = Sse2.PackSignedSaturate(rounded.GetLower(), rounded.GetUpper());
            *(long*)(codes + index) = Sse2.PackSignedSaturate(halves, halves).AsInt64().ToScalar();
        }

        int sum = Vector256.Sum(sums);
        for (; index < count; index++)
        {
            codes[index] = (sbyte)MathF.Round(numbers[index] * factor);
            sum += codes[index];
        }

        for (; index < block; index++)
        {
            codes[index] = 0;
        }

        return sum;
    }
}
