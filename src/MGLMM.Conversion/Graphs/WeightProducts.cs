using MGLMM.Conversion.Onnx;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Conversion.Graphs;

/// <summary>Products of activations with a Linear's weights, in whatever kind.</summary>
internal static class WeightProducts
{
    /// <summary>Weights per scale of an 8-bit matrix: more of them cost it nearly nothing.</summary>
    public const int EightBitBlock = 128;

    /// <summary>MatMulNBits' accuracy_level that rounds activations to int8; without one they stay as they are.</summary>
    private const int Int8Activations = 4;

    /// <summary>Rows that one core quantises at a time.</summary>
    private const int QuantizedRows = 256;

    /// <summary>x W^T, and plus b where there is one.</summary>
    /// <param name="graph">Receives weights and nodes.</param>
    /// <param name="input">x, [..., columns].</param>
    /// <param name="name">Of the stored matrix.</param>
    /// <param name="matrix">W, read last.</param>
    /// <param name="kind">How it is stored and computed.</param>
    /// <param name="bias">Stores b and gives its name; null where there is none.</param>
    public static string Product(
        this GraphBuilder graph, string input, string name, WeightMatrix matrix, ProjectionKind kind, Func<string>? bias = null)
    {
        if (kind == ProjectionKind.Full)
        {
            string stored = graph.TransposedMatrix(name, matrix);
            return Plus(graph, graph.MatMul(input, stored), bias);
        }

        return Plus(graph, InBlocks(graph, input, name, matrix, kind), bias);
    }

    private static string Plus(GraphBuilder graph, string product, Func<string>? bias) => bias is null ? product : graph.Add(product, bias());

    private static string InBlocks(GraphBuilder graph, string input, string name, WeightMatrix matrix, ProjectionKind kind)
    {
        (int bits, int block) = kind is ProjectionKind.FourBit or ProjectionKind.FourBitRounded ? (4, graph.FourBitBlock) : (8, EightBitBlock);
        (int rows, int columns) = (matrix.Rows, matrix.Columns);
        int blocks = (columns + block - 1) / block;
        int bytes = block * bits / 8;
        byte[] packed = new byte[(long)rows * blocks * bytes];
        float[] scales = new float[(long)rows * blocks];
        ParallelBands.For(graph.IsReplaying ? 0 : (rows + QuantizedRows - 1) / QuantizedRows, band =>
        {
            int first = band * QuantizedRows;
            int count = Math.Min(QuantizedRows, rows - first);
            BlockQuantizer.Quantize(
                matrix.Values.Span.Slice(first * columns, count * columns),
                columns,
                bits,
                block,
                packed.AsSpan(first * blocks * bytes, count * blocks * bytes),
                scales.AsSpan(first * blocks, count * blocks));
        });
        string codes = graph.Raw<byte>($"{name}.q{bits}", DataType.Uint8, [rows, blocks, bytes], packed);
        string scale = graph.Vector(name + ".scales", [rows, blocks], scales);
        (string Name, object Value)[] attributes = [("K", columns), ("N", rows), ("bits", bits), ("block_size", block)];
        return graph.Contributed(
            "MatMulNBits",
            [input, codes, scale],
            kind is ProjectionKind.FourBitRounded or ProjectionKind.EightBitRounded ? [.. attributes, ("accuracy_level", Int8Activations)] : attributes);
    }
}
