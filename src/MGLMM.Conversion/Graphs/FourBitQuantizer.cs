namespace MGLMM.Conversion.Graphs;

/// <summary>
/// Symmetric 4-bit block quantisation in the layout of ONNX Runtime's MatMulNBits: two weights a byte, the first in the
/// low nibble, zero point 8, one scale per block of consecutive weights of a row.
/// </summary>
internal static class FourBitQuantizer
{
    private const int ZeroPoint = 8;

    /// <summary>
    /// Quantises rows of <paramref name="columns"/> weights. A block's scale maps its element of the largest magnitude to
    /// -8, the only code without a positive twin, so that the extreme is kept exactly.
    /// </summary>
    /// <param name="values">Row-major weights.</param>
    /// <param name="columns">Weights of a row.</param>
    /// <param name="block">Weights that share a scale; even.</param>
    /// <param name="packed">Receives rows x blocks x block/2 bytes.</param>
    /// <param name="scales">Receives rows x blocks scales.</param>
    public static void Quantize(ReadOnlySpan<float> values, int columns, int block, Span<byte> packed, Span<float> scales)
    {
        int rows = values.Length / columns;
        int blocks = (columns + block - 1) / block;
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

                float scale = extreme / -ZeroPoint;
                float inverse = scale == 0 ? 0 : 1 / scale;
                scales[(row * blocks) + index] = scale;
                Span<byte> target = packed.Slice(((row * blocks) + index) * (block / 2), block / 2);
                for (int pair = 0; pair < target.Length; pair++)
                {
                    target[pair] = (byte)(Code(weights, 2 * pair, inverse) | (Code(weights, (2 * pair) + 1, inverse) << 4));
                }
            }
        }
    }

    private static int Code(ReadOnlySpan<float> weights, int index, float inverse) =>
        index < weights.Length ? Math.Clamp((int)MathF.Round(weights[index] * inverse) + ZeroPoint, 0, 15) : ZeroPoint;
}
