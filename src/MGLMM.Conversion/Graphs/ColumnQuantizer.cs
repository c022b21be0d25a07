using System.Numerics.Tensors;
using MGLMM.Conversion.Onnx;

namespace MGLMM.Conversion.Graphs;

/// <summary>
/// Symmetric 8-bit quantisation with one scale for each output of a Linear, transposed as ONNX Runtime's DynamicQuantizeMatMul takes it: codes [inputs, outputs],
/// unsigned around <see cref="ZeroPoint"/>.
/// </summary>
/// <remarks>Unsigned codes are exact on every processor: products with signed ones saturate on those that have AVX2 and no VNNI.</remarks>
internal static class ColumnQuantizer
{
    public const byte ZeroPoint = 128;

    private const int LargestCode = 127;

    /// <summary>Outputs that one core quantises at a time: a line of the cache of each row of codes.</summary>
    private const int Band = 64;

    /// <summary>Quantises a matrix on all cores.</summary>
    /// <param name="matrix">[outputs, inputs].</param>
    /// <param name="codes">Receives inputs x outputs codes.</param>
    /// <param name="scales">Receives a scale for each output.</param>
    public static void Quantize(WeightMatrix matrix, byte[] codes, float[] scales)
    {
        (int outputs, int inputs) = (matrix.Rows, matrix.Columns);
        ParallelBands.For((outputs + Band - 1) / Band, band =>
        {
            ReadOnlySpan<float> values = matrix.Values.Span;
            int first = band * Band;
            int count = Math.Min(Band, outputs - first);
            Span<float> inverses = stackalloc float[Band];
            for (int output = 0; output < count; output++)
            {
                float most = MathF.Abs(TensorPrimitives.MaxMagnitude(values.Slice((first + output) * inputs, inputs)));
                scales[first + output] = most / LargestCode;
                inverses[output] = most == 0 ? 0 : LargestCode / most;
            }

            for (int input = 0; input < inputs; input++)
            {
                Span<byte> target = codes.AsSpan((input * outputs) + first, count);
                for (int output = 0; output < count; output++)
                {
                    target[output] = (byte)(Math.Clamp((int)MathF.Round(values[((first + output) * inputs) + input] * inverses[output]), -LargestCode, LargestCode) + ZeroPoint);
                }
            }
        });
    }
}
