using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MGLMM.Conversion.Graphs;

/// <summary>
/// Symmetric block quantisation to 4 or 8 bits in the layout of ONNX Runtime's MatMulNBits: one scale per block of consecutive weights of a row, the zero point
/// in the middle of the codes; of two 4-bit weights in a byte the first has the low half.
/// </summary>
internal static class BlockQuantizer
{
    /// <summary>
    /// Scales that are tried for a block of four bits, as shares of the one that keeps its extreme exactly: a finer scale clips few weights and rounds all others better.
    /// Of normal weights that leaves 5 % less error in blocks of 32 and 6 % less in blocks of 128; more shares, or scales of the other sign, give 1 % more.
    /// </summary>
    private static readonly float[] Shares = [0.66f, 0.72f, 0.78f, 0.84f, 0.9f, 0.96f, 1.02f];

    /// <summary>
    /// Quantises rows of <paramref name="columns"/> weights. A block's scale maps its element of the largest magnitude to the lowest code, the only one without a
    /// positive twin, so that the extreme is kept exactly; with four bits a finer or coarser one is taken where the squared errors of the block are less. The same on every machine.
    /// </summary>
    /// <param name="values">Row-major weights.</param>
    /// <param name="columns">Weights of a row.</param>
    /// <param name="bits">4 or 8.</param>
    /// <param name="block">Weights that share a scale; even.</param>
    /// <param name="packed">Receives rows x blocks x block * bits / 8 bytes.</param>
    /// <param name="scales">Receives rows x blocks scales.</param>
    public static void Quantize(ReadOnlySpan<float> values, int columns, int bits, int block, Span<byte> packed, Span<float> scales)
    {
        int zero = 1 << (bits - 1);
        int rows = values.Length / columns;
        int blocks = (columns + block - 1) / block;
        int bytes = block * bits / 8;
        for (int row = 0; row < rows; row++)
        {
            for (int index = 0; index < blocks; index++)
            {
                int start = index * block;
                ReadOnlySpan<float> weights = values.Slice((row * columns) + start, Math.Min(block, columns - start));
                float extreme = 0f;
                foreach (float weight in weights)
                {
                    if (MathF.Abs(weight) > MathF.Abs(extreme))
                    {
                        extreme = weight;
                    }
                }

                float scale = bits == 8 ? extreme / -zero : BestOfFourBits(weights, extreme / -zero);
                float inverse = scale == 0 ? 0 : 1 / scale;
                scales[(row * blocks) + index] = scale;
                Span<byte> target = packed.Slice(((row * blocks) + index) * bytes, bytes);
                for (int at = 0; at < target.Length; at++)
                {
                    target[at] = bits == 8
                        ? (byte)Code(weights, at, inverse, zero)
                        : (byte)(Code(weights, 2 * at, inverse, zero) | (Code(weights, (2 * at) + 1, inverse, zero) << 4));
                }
            }
        }
    }

    private static float BestOfFourBits(ReadOnlySpan<float> weights, float whole)
    {
        (float best, float least) = (whole, ErrorOfFourBits(weights, whole));
        foreach (float share in Shares)
        {
            if (least == 0)
            {
                break;
            }

            float scale = share * whole;
            float error = ErrorOfFourBits(weights, scale);
            if (error < least)
            {
                (best, least) = (scale, error);
            }
        }

        return best;
    }

    /// <summary>Sum of squared errors. Eight lanes whatever the machine has, and no fused steps, so that every machine adds in the same order.</summary>
    private static float ErrorOfFourBits(ReadOnlySpan<float> weights, float scale)
    {
        float inverse = scale == 0 ? 0 : 1 / scale;
        Vector256<float> sums = Vector256<float>.Zero;
        ReadOnlySpan<Vector256<float>> lanes = MemoryMarshal.Cast<float, Vector256<float>>(weights);
        foreach (Vector256<float> lane in lanes)
        {
            Vector256<float> code = Vector256.Min(Vector256.Max(Vector256.Round(lane * inverse), Vector256.Create(-8f)), Vector256.Create(7f));
            Vector256<float> error = (code * scale) - lane;
            sums += error * error;
        }

        float sum = Vector256.Sum(sums);
        foreach (float weight in weights[(lanes.Length * Vector256<float>.Count)..])
        {
            float error = (Math.Clamp(MathF.Round(weight * inverse), -8f, 7f) * scale) - weight;
            sum += error * error;
        }

        return sum;
    }

    private static int Code(ReadOnlySpan<float> weights, int index, float inverse, int zero) =>
        index < weights.Length ? Math.Clamp((int)MathF.Round(weights[index] * inverse) + zero, 0, (2 * zero) - 1) : zero;
}
