namespace MGLMM.Conversion.Graphs;

/// <summary>
/// Symmetric block quantisation to 4 or 8 bits in the layout of ONNX Runtime's MatMulNBits: one scale per block of consecutive weights of a row, the zero point
/// in the middle of the codes; of two 4-bit weights in a byte the first has the low half.
/// </summary>
internal static class BlockQuantizer
{
    /// <summary>
    /// Quantises rows of <paramref name="columns"/> weights. A block's scale maps its element of the largest magnitude to the lowest code, the only one without a
    /// positive twin, so that the extreme is kept exactly.
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

                float scale = extreme / -zero;
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

    private static int Code(ReadOnlySpan<float> weights, int index, float inverse, int zero) =>
        index < weights.Length ? Math.Clamp((int)MathF.Round(weights[index] * inverse) + zero, 0, (2 * zero) - 1) : zero;
}
