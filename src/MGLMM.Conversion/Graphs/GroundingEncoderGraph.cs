using System.Numerics.Tensors;
using MGLMM.Conversion.Families;
using MGLMM.Conversion.Onnx;
using MGLMM.Runtime.Preprocessing;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Conversion.Graphs;

/// <summary>
/// SAM's image encoder (ViT with windowed and global blocks, decomposed relative positions, and the neck).
/// Input <c>pixel_values</c> [1, 3, S, S]; output <c>image_embeddings</c> [1, grid * grid, channels] fp32, row-major cells.
/// </summary>
internal static class GroundingEncoderGraph
{
    public const string PixelValues = "pixel_values";

    public const string ImageEmbeddings = "image_embeddings";

    private const string Prefix = GroundingEncoderDimensions.Prefix;

    public static void Build(GraphBuilder graph, GroundingEncoderDimensions dimensions, WeightSource weights, ProjectionKind projections)
    {
        (int grid, int width) = (dimensions.Grid, dimensions.Hidden);
        string pixels = graph.Input(PixelValues, DataType.Float, 1, 3, dimensions.ImageSize, dimensions.ImageSize);
        if (graph.Compute != DataType.Float)
        {
            pixels = graph.Cast(pixels, graph.Compute);
        }

        string patch = graph.Convolution(weights, pixels, Prefix + "patch_embed.proj.weight", Prefix + "patch_embed.proj.bias", patches: true);
        string state = graph.Transpose(patch, 0, 2, 3, 1);
        state = graph.Add(state, graph.Matrix(Prefix + "pos_embed", [1, grid, grid, width], weights.Read(Prefix + "pos_embed")));
        for (int block = 0; block < dimensions.Windows.Count; block++)
        {
            graph.Barrier();
            state = Block(graph, dimensions, weights, projections, state, dimensions.Windows[block], $"{Prefix}blocks.{block}.");
        }

        // The neck stays in fp32 whatever the rest computes in: its outputs are what every mask is read from.
        if (graph.Compute != DataType.Float)
        {
            state = graph.Cast(state, DataType.Float);
        }

        int channels = dimensions.Channels;
        string first = graph.TransposedMatrix(Prefix + "neck.0.weight", weights.ReadMatrix(Prefix + "neck.0.weight"), DataType.Float);
        state = graph.Norm(weights, graph.MatMul(state, first), Prefix + "neck.1.", GroundingEncoderDimensions.NormEpsilon, DataType.Float);
        state = graph.Convolution(weights, graph.Transpose(state, 0, 3, 1, 2), Prefix + "neck.2.weight", bias: null, patches: false, DataType.Float);
        state = graph.Reshape(graph.Transpose(state, 0, 2, 3, 1), 1, grid * grid, channels);
        state = graph.Norm(weights, state, Prefix + "neck.3.", GroundingEncoderDimensions.NormEpsilon, DataType.Float);
        graph.Output(ImageEmbeddings, state, DataType.Float, 1, grid * grid, channels);
    }

    private static string Block(GraphBuilder graph, GroundingEncoderDimensions dimensions, WeightSource weights, ProjectionKind projections, string state, int window, string prefix)
    {
        (int grid, int width) = (dimensions.Grid, dimensions.Hidden);
        string normed = graph.Norm(weights, state, prefix + "norm1.", GroundingEncoderDimensions.NormEpsilon);
        string attended;
        if (window == 0)
        {
            attended = graph.Reshape(Attention(graph, dimensions, weights, projections, normed, 1, grid, prefix + "attn."), 1, grid, grid, width);
        }
        else
        {
            // Windows: pad right and below with zeros after the norm; the padding takes part in attention, as SAM has it.
            int padded = ((grid + window - 1) / window) * window;
            int count = padded / window;
            if (padded != grid)
            {
                normed = graph.Node("Pad", [normed, graph.Integers(0, 0, 0, 0, 0, padded - grid, padded - grid, 0)]);
            }

            string windows = graph.Transpose(graph.Reshape(normed, count, window, count, window, width), 0, 2, 1, 3, 4);
            attended = Attention(graph, dimensions, weights, projections, windows, count * count, window, prefix + "attn.");
            attended = graph.Transpose(graph.Reshape(attended, count, count, window, window, width), 0, 2, 1, 3, 4);
            attended = graph.Reshape(attended, 1, padded, padded, width);
            if (padded != grid)
            {
                attended = graph.Slice(graph.Slice(attended, 1, 0, grid), 2, 0, grid);
            }
        }

        state = graph.Add(state, attended);
        normed = graph.Norm(weights, state, prefix + "norm2.", GroundingEncoderDimensions.NormEpsilon);
        string inner = graph.Node("Gelu", [graph.Linear(weights, normed, prefix + "mlp.lin1.", projections)], ("approximate", "none"));
        return graph.Add(state, graph.Linear(weights, inner, prefix + "mlp.lin2.", projections));
    }

    /// <summary>
    /// Attention with decomposed relative positions over <paramref name="batch"/> squares of <paramref name="side"/>
    /// cells. The position terms q·Rh + q·Rw are folded into the head: queries become [q, q·Rh, q·Rw], keys
    /// [k * scale, one-hot row, one-hot column]. One fused attention then computes what SAM adds up, and no matrix of
    /// cells by cells is ever stored.
    /// </summary>
    private static string Attention(GraphBuilder graph, GroundingEncoderDimensions dimensions, WeightSource weights, ProjectionKind projections, string input, int batch, int side, string prefix)
    {
        (int heads, int size, int width) = (dimensions.Heads, dimensions.HeadSize, dimensions.Hidden);
        int cells = side * side;
        int folded = size + (2 * side);
        string packed = ScaledKeys(graph, dimensions, weights, projections, graph.Reshape(input, batch, cells, width), prefix + "qkv.");
        string[] parts = graph.Split(packed, 2, width, width, width);

        // Rows: [batch, row, column * head, size] x [row, size, side]; columns: [batch, row, column, head, size] x [column, size, side].
        string rows = graph.MatMul(graph.Reshape(parts[0], batch, side, side * heads, size), RelativePositions(graph, weights, prefix + "rel_pos_h", side, size));
        string columns = graph.MatMul(
            graph.Reshape(parts[0], batch, side, side, heads, size), RelativePositions(graph, weights, prefix + "rel_pos_w", side, size));
        string query = graph.Concat(
            3,
            graph.Reshape(parts[0], batch, cells, heads, size),
            graph.Reshape(rows, batch, cells, heads, side),
            graph.Reshape(columns, batch, cells, heads, side));
        string key = graph.Concat(3, graph.Reshape(parts[1], batch, cells, heads, size), OneHot(graph, batch, side, heads));
        string attended = graph.Contributed(
            "MultiHeadAttention",
            [graph.Reshape(query, batch, cells, heads * folded), graph.Reshape(key, batch, cells, heads * folded), parts[2]],
            ("num_heads", heads),
            ("scale", 1f));
        return graph.Linear(weights, attended, prefix + "proj.", projections);
    }

    /// <summary>Queries, keys and values side by side, the keys multiplied by the attention's scale.</summary>
    private static string ScaledKeys(GraphBuilder graph, GroundingEncoderDimensions dimensions, WeightSource weights, ProjectionKind projections, string input, string prefix)
    {
        int width = dimensions.Hidden;
        float scale = (float)(1 / Math.Sqrt(dimensions.HeadSize));
        WeightMatrix matrix = weights.ReadMatrix(prefix + "weight");
        Span<float> keys = matrix.Values.Span.Slice(width * width, width * width);
        TensorPrimitives.Multiply(keys, scale, keys);
        return graph.Product(input, prefix + "weight", matrix, projections, () =>
        {
            float[] bias = weights.Read(prefix + "bias");
            Span<float> ofKeys = bias.AsSpan(width, width);
            TensorPrimitives.Multiply(ofKeys, scale, ofKeys);
            return graph.Vector(prefix + "bias", [3 * width], bias);
        });
    }

    /// <summary>The table by (query position, feature, key position): entry q - k + side - 1 of the stored one.</summary>
    private static string RelativePositions(GraphBuilder graph, WeightSource weights, string name, int side, int size)
    {
        float[] stored = weights.Read(name);
        float[] table = new float[side * size * side];
        for (int query = 0; query < side; query++)
        {
            for (int feature = 0; feature < size; feature++)
            {
                for (int key = 0; key < side; key++)
                {
                    table[(((query * size) + feature) * side) + key] = stored[((query - key + side - 1) * size) + feature];
                }
            }
        }

        return graph.Matrix(name, [side, size, side], table);
    }

    private static string OneHot(GraphBuilder graph, int batch, int side, int heads)
    {
        int cells = side * side;
        string name = $"one_hot_{side}";
        if (!graph.Has(name))
        {
            float[] values = new float[cells * 2 * side];
            for (int cell = 0; cell < cells; cell++)
            {
                values[(cell * 2 * side) + (cell / side)] = 1;
                values[(cell * 2 * side) + side + (cell % side)] = 1;
            }

            graph.Vector(name, [1, cells, 1, 2 * side], values);
        }

        return graph.Node("Expand", [name, graph.Integers(batch, cells, heads, 2 * side)]);
    }
}
