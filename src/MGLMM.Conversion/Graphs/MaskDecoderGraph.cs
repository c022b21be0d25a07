using MGLMM.Conversion.Families;
using MGLMM.Conversion.Onnx;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Conversion.Graphs;

/// <summary>
/// The projection of [SEG] states to prompts and SAM's mask decoder, for any number n of prompts over one image.
/// Inputs: <c>image_embeddings</c> [1, grid * grid, C]; <c>segment_states</c> [n, decoder width].
/// Outputs: <c>segment_embeddings</c> [n, C] (the prompts) and <c>low_res_masks</c> [n, 4 grid, 4 grid], logits. All fp32.
/// Only mask token 0 is read out, as with multimask_output = False; the quality head is left out.
/// </summary>
internal static class MaskDecoderGraph
{
    public const string ImageEmbeddings = "image_embeddings";

    public const string SegmentStates = "segment_states";

    public const string SegmentEmbeddings = "segment_embeddings";

    public const string LowResolutionMasks = "low_res_masks";

    private const string Prefix = MaskDecoderDimensions.Prefix;

    /// <summary>PyTorch's default, which SAM's transformer uses.</summary>
    private const double NormEpsilon = 1e-5;

    /// <summary>SAM's own LayerNorm2d.</summary>
    private const double UpscalingEpsilon = 1e-6;

    public static void Build(GraphBuilder graph, MaskDecoderDimensions dimensions, WeightSource weights)
    {
        (int grid, int channels) = (dimensions.Grid, dimensions.Channels);
        int cells = grid * grid;
        string image = graph.Input(ImageEmbeddings, DataType.Float, 1, cells, channels);
        string states = graph.Input(SegmentStates, DataType.Float, "segments", dimensions.TextHidden);

        string prompts = graph.Linear(
            weights, graph.Node("Relu", [graph.Linear(weights, states, MaskDecoderDimensions.TextPrefix + "0.")]), MaskDecoderDimensions.TextPrefix + "2.");
        graph.Output(SegmentEmbeddings, prompts, DataType.Float, "segments", channels);

        // Tokens of a prompt: quality, masks, then the text embedding as the only sparse prompt.
        string learned = graph.Vector(
            "learned_tokens", [1, dimensions.MaskTokens + 1, channels], weights.ReadStacked(Prefix + "iou_token.weight", Prefix + "mask_tokens.weight"));
        string sparse = graph.Reshape(prompts, -1, 1, channels);
        string count = graph.Node("Shape", [prompts], ("start", 0L), ("end", 1L));
        string learnedShape = graph.Concat(0, count, graph.Integers(dimensions.MaskTokens + 1, channels));
        string tokens = graph.Concat(1, graph.Node("Expand", [learned, learnedShape]), sparse);

        string keys = graph.Add(
            image,
            graph.Vector("no_mask", [1, 1, channels], weights.Read(MaskDecoderDimensions.PromptPrefix + "no_mask_embed.weight")));
        string positions = graph.Vector("dense_positions", [1, cells, channels], DensePositions(dimensions, weights));

        string queries = tokens;
        for (int layer = 0; layer < dimensions.Depth; layer++)
        {
            string prefix = $"{Prefix}transformer.layers.{layer}.";
            if (layer == 0)
            {
                // The first self-attention replaces the queries: no residual, no positions.
                queries = Attention(graph, dimensions, weights, queries, queries, queries, dimensions.Channels, prefix + "self_attn.");
            }
            else
            {
                string placed = graph.Add(queries, tokens);
                queries = graph.Add(queries, Attention(graph, dimensions, weights, placed, placed, queries, dimensions.Channels, prefix + "self_attn."));
            }

            queries = graph.Norm(weights, queries, prefix + "norm1.", NormEpsilon);
            string placedKeys = graph.Add(keys, positions);
            string read = Attention(
                graph, dimensions, weights, graph.Add(queries, tokens), placedKeys, keys, dimensions.CrossChannels, prefix + "cross_attn_token_to_image.");
            queries = graph.Norm(weights, graph.Add(queries, read), prefix + "norm2.", NormEpsilon);
            string inner = graph.Node("Relu", [graph.Linear(weights, queries, prefix + "mlp.lin1.")]);
            queries = graph.Norm(weights, graph.Add(queries, graph.Linear(weights, inner, prefix + "mlp.lin2.")), prefix + "norm3.", NormEpsilon);
            string written = Attention(
                graph, dimensions, weights, placedKeys, graph.Add(queries, tokens), queries, dimensions.CrossChannels, prefix + "cross_attn_image_to_token.");
            keys = graph.Norm(weights, graph.Add(keys, written), prefix + "norm4.", NormEpsilon);
        }

        string final = Attention(
            graph, dimensions, weights, graph.Add(queries, tokens), graph.Add(keys, positions), keys, dimensions.CrossChannels, Prefix + "transformer.final_attn_token_to_image.");
        queries = graph.Norm(weights, graph.Add(queries, final), Prefix + "transformer.norm_final_attn.", NormEpsilon);

        graph.Output(LowResolutionMasks, Masks(graph, dimensions, weights, queries, keys), DataType.Float, "segments", 4 * grid, 4 * grid);
    }

    /// <summary>
    /// Upscaling and the hyper-network of mask token 0. A 2x2 transposed convolution of stride 2 is a matrix product per
    /// cell, so cells stay rows of a matrix throughout and only the finished logits are put in picture order.
    /// </summary>
    private static string Masks(GraphBuilder graph, MaskDecoderDimensions dimensions, WeightSource weights, string queries, string keys)
    {
        int grid = dimensions.Grid;
        string upscaled = Upscale(graph, weights, keys, Prefix + "output_upscaling.0.");
        upscaled = graph.Reshape(upscaled, -1, grid * grid * 4, dimensions.UpscaledFirst);
        upscaled = graph.Norm(weights, upscaled, Prefix + "output_upscaling.1.", UpscalingEpsilon);
        upscaled = Upscale(graph, weights, Gelu(graph, upscaled), Prefix + "output_upscaling.3.");
        upscaled = Gelu(graph, graph.Reshape(upscaled, -1, grid * grid * 16, dimensions.UpscaledSecond));

        const string Hyper = Prefix + "output_hypernetworks_mlps.0.layers.";
        string maskToken = graph.Reshape(graph.Slice(queries, 1, 1, 2), -1, dimensions.Channels);
        string hyper = graph.Node("Relu", [graph.Linear(weights, maskToken, Hyper + "0.")]);
        hyper = graph.Node("Relu", [graph.Linear(weights, hyper, Hyper + "1.")]);
        hyper = graph.Reshape(graph.Linear(weights, hyper, Hyper + "2."), -1, dimensions.UpscaledSecond, 1);

        // Axes of the product: prompt, cell row, cell column, then row and column of each of the two doublings.
        string logits = graph.Reshape(graph.MatMul(upscaled, hyper), -1, grid, grid, 2, 2, 2, 2);
        return graph.Reshape(graph.Transpose(logits, 0, 1, 3, 5, 2, 4, 6), -1, 4 * grid, 4 * grid);
    }

    private static string Gelu(GraphBuilder graph, string value) => graph.Node("Gelu", [value], ("approximate", "none"));

    private static string Upscale(GraphBuilder graph, WeightSource weights, string input, string prefix)
    {
        long[] shape = weights.Shape(prefix + "weight");
        (int inner, int outer) = ((int)shape[0], (int)shape[1]);
        float[] stored = weights.Read(prefix + "weight");
        float[] bias = weights.Read(prefix + "bias");
        float[] matrix = new float[stored.Length];
        float[] offsets = new float[4 * outer];
        for (int position = 0; position < 4; position++)
        {
            for (int channel = 0; channel < outer; channel++)
            {
                offsets[(position * outer) + channel] = bias[channel];
                for (int row = 0; row < inner; row++)
                {
                    matrix[(row * 4 * outer) + (position * outer) + channel] = stored[(((row * outer) + channel) * 4) + position];
                }
            }
        }

        return graph.Add(
            graph.MatMul(input, graph.Matrix(prefix + "weight", [inner, 4 * outer], matrix)), graph.Vector(prefix + "bias", [4 * outer], offsets));
    }

    /// <summary>
    /// SAM's attention with its own projections. Queries and keys may have different batch sizes: where one side is shared
    /// by all prompts (layer 0 reads the bare image), its projection is computed once and broadcast.
    /// </summary>
    private static string Attention(GraphBuilder graph, MaskDecoderDimensions dimensions, WeightSource weights, string query, string key, string value, int inner, string prefix)
    {
        const int Heads = MaskDecoderDimensions.Heads;
        int size = inner / Heads;
        string queries = SplitHeads(graph.Linear(weights, query, prefix + "q_proj."), 0, 2, 1, 3);
        string keys = SplitHeads(graph.Linear(weights, key, prefix + "k_proj."), 0, 2, 3, 1);
        string values = SplitHeads(graph.Linear(weights, value, prefix + "v_proj."), 0, 2, 1, 3);
        string scores = graph.Multiply(graph.MatMul(queries, keys), graph.Scalar((float)(1 / Math.Sqrt(size)), DataType.Float));
        string attended = graph.Transpose(graph.MatMul(graph.Softmax(scores), values), 0, 2, 1, 3);
        return graph.Linear(weights, graph.Reshape(attended, 0, 0, inner), prefix + "out_proj.");

        string SplitHeads(string projected, params long[] permutation) =>
            graph.Transpose(graph.Reshape(projected, 0, 0, Heads, size), permutation);
    }

    /// <summary>
    /// The random Fourier encoding of the cells' centres (SAM's PositionEmbeddingRandom): sine and cosine of
    /// 2 pi (2 c - 1) G, x before y, in fp32.
    /// </summary>
    private static float[] DensePositions(MaskDecoderDimensions dimensions, WeightSource weights)
    {
        (int grid, int half) = (dimensions.Grid, dimensions.Channels / 2);
        float[] gaussian = weights.Read(MaskDecoderDimensions.PromptPrefix + "pe_layer.positional_encoding_gaussian_matrix");
        float[] encoding = new float[grid * grid * dimensions.Channels];
        for (int row = 0; row < grid; row++)
        {
            float y = (2 * ((row + 0.5f) / grid)) - 1;
            for (int column = 0; column < grid; column++)
            {
                float x = (2 * ((column + 0.5f) / grid)) - 1;
                Span<float> cell = encoding.AsSpan(((row * grid) + column) * dimensions.Channels, dimensions.Channels);
                for (int index = 0; index < half; index++)
                {
                    float angle = (float)(2 * Math.PI) * ((x * gaussian[index]) + (y * gaussian[half + index]));
                    cell[index] = MathF.Sin(angle);
                    cell[half + index] = MathF.Cos(angle);
                }
            }
        }

        return encoding;
    }
}
