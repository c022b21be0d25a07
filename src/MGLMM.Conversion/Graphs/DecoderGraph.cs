using MGLMM.Conversion.Families;
using MGLMM.Conversion.Onnx;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Conversion.Graphs;

/// <summary>
/// The LLaMA decoder: one graph for prefill, chunked prefill and decoding.
/// Inputs, for B sequences, more than one of which take S = 1: <c>inputs_embeds</c> [B, S, H] fp32; <c>seqlens_k</c> int32 [B], the lengths after this run minus one;
/// <c>total_sequence_length</c> int32 scalar, the longest length after this run; <c>logits_positions</c> int32 [K], the rows of
/// this run whose logits are wanted; <c>past_key_values.N.key/value</c> [B, KV heads, capacity, head size].
/// Outputs: <c>hidden_states</c> [B, S, H] fp32 after the final norm; <c>logits</c> [B, K, vocabulary] fp32;
/// <c>present.N.key/value</c>, meant to be bound to the same buffers as the past, so that nothing is copied.
/// </summary>
internal static class DecoderGraph
{
    public const string InputsEmbeds = "inputs_embeds";

    public const string SequenceLengths = "seqlens_k";

    public const string TotalLength = "total_sequence_length";

    public const string LogitsPositions = "logits_positions";

    public const string HiddenStates = "hidden_states";

    public const string Logits = "logits";

    public static string PastName(int layer, string kind) => $"past_key_values.{layer}.{kind}";

    public static string PresentName(int layer, string kind) => $"present.{layer}.{kind}";

    public static void Build(GraphBuilder graph, DecoderDimensions dimensions, WeightSource weights, ProjectionKind projections)
    {
        DataType type = graph.Compute;
        int hidden = dimensions.Hidden;
        string embeds = graph.Input(InputsEmbeds, DataType.Float, "batch", "sequence", hidden);
        string lengths = graph.Input(SequenceLengths, DataType.Int32, "batch");
        string total = graph.Input(TotalLength, DataType.Int32);
        string positions = graph.Input(LogitsPositions, DataType.Int32, "kept");
        (string cosine, string sine) = RotaryTables(graph, dimensions);
        string residual = type == DataType.Float ? embeds : graph.Cast(embeds, type);
        string normed = graph.Node(
            "SimplifiedLayerNormalization",
            [residual, graph.Bias(weights, "model.layers.0.input_layernorm.weight")],
            ("axis", -1L),
            ("epsilon", (float)dimensions.NormEpsilon),
            ("stash_type", 1L));
        for (int layer = 0; layer < dimensions.Layers; layer++)
        {
            graph.Barrier();
            string prefix = $"model.layers.{layer}.";
            string attention = prefix + "self_attn.";
            string packed = graph.PackedLinear(weights, normed, attention + "qkv", bias: false, projections, attention + "q_proj.", attention + "k_proj.", attention + "v_proj.");
            string attended = graph.NextName("attention");
            foreach (string kind in (string[])["key", "value"])
            {
                graph.Input(PastName(layer, kind), type, "batch", dimensions.KeyValueHeads, "capacity", dimensions.HeadSize);
                graph.OutputAsIs(PresentName(layer, kind), type, "batch", dimensions.KeyValueHeads, "capacity", dimensions.HeadSize);
            }

            graph.Contributed(
                "GroupQueryAttention",
                [packed, string.Empty, string.Empty, PastName(layer, "key"), PastName(layer, "value"), lengths, total, cosine, sine],
                [attended, PresentName(layer, "key"), PresentName(layer, "value")],
                ("num_heads", dimensions.Heads),
                ("kv_num_heads", dimensions.KeyValueHeads),
                ("do_rotary", 1L),
                ("rotary_interleaved", 0L),
                ("local_window_size", -1L),
                ("scale", (float)(1 / Math.Sqrt(dimensions.HeadSize))));
            string projected = graph.PackedLinear(weights, attended, attention + "o", bias: false, projections, attention + "o_proj.");
            (normed, residual) = SkipNorm(graph, weights, dimensions, projected, residual, prefix + "post_attention_layernorm.weight");

            string gateUp = graph.PackedLinear(weights, normed, prefix + "mlp.gate_up", bias: false, projections, prefix + "mlp.gate_proj.", prefix + "mlp.up_proj.");
            string[] halves = graph.Split(gateUp, 2, dimensions.Intermediate, dimensions.Intermediate);

            // x * sigmoid(x) in one kernel: QuickGelu with alpha 1 is SiLU.
            string activated = graph.Contributed("QuickGelu", [halves[0]], ("alpha", 1f));
            string down = graph.PackedLinear(weights, graph.Multiply(activated, halves[1]), prefix + "mlp.down", bias: false, projections, prefix + "mlp.down_proj.");
            string next = layer + 1 < dimensions.Layers ? $"model.layers.{layer + 1}.input_layernorm.weight" : "model.norm.weight";
            (normed, residual) = SkipNorm(graph, weights, dimensions, down, residual, next);
        }

        graph.Barrier();
        string kept = graph.Node("Gather", [normed, positions], ("axis", 1L));
        string headName = dimensions.TiedHead ? "model.embed_tokens.weight" : "lm_head.weight";
        string logits = graph.Product(kept, "lm_head", weights.ReadMatrix(headName), HeadOf(projections));
        if (type != DataType.Float)
        {
            logits = graph.Cast(logits, DataType.Float);
            normed = graph.Cast(normed, DataType.Float);
        }

        graph.Output(HiddenStates, normed, DataType.Float, "batch", "sequence", hidden);
        graph.Output(Logits, logits, DataType.Float, "batch", "kept", dimensions.Vocabulary);
    }

    private static (string Normed, string Residual) SkipNorm(
        GraphBuilder graph, WeightSource weights, DecoderDimensions dimensions, string input, string skip, string weight)
    {
        string normed = graph.NextName("normed");
        string sum = graph.NextName("residual");
        graph.Contributed(
            "SkipSimplifiedLayerNormalization",
            [input, skip, graph.Bias(weights, weight)],
            [normed, string.Empty, string.Empty, sum],
            ("epsilon", (float)dimensions.NormEpsilon));
        return (normed, sum);
    }

    /// <summary>
    /// The head is read whole for each token, as all projections of one layer are. Where activations are rounded it has 8 bits, whose error is a tenth of that of 4;
    /// where they are to stay exact it is left as it is.
    /// </summary>
    private static ProjectionKind HeadOf(ProjectionKind projections) =>
        projections is ProjectionKind.FourBitRounded or ProjectionKind.EightBitRounded ? ProjectionKind.EightBitRounded : ProjectionKind.Full;

    /// <summary>Exact fp32 tables from frequencies in double precision; a stored inv_freq is never used.</summary>
    private static (string Cosine, string Sine) RotaryTables(GraphBuilder graph, DecoderDimensions dimensions)
    {
        int half = dimensions.HeadSize / 2;
        float[] cosine = new float[dimensions.MaximumLength * half];
        float[] sine = new float[cosine.Length];
        for (int index = 0; index < half; index++)
        {
            // PyTorch makes the frequencies and the angles in fp32; doing the same keeps long positions bit-close.
            float frequency = 1f / MathF.Pow((float)dimensions.RopeTheta, 2f * index / dimensions.HeadSize);
            for (int position = 0; position < dimensions.MaximumLength; position++)
            {
                float angle = position * frequency;
                cosine[(position * half) + index] = MathF.Cos(angle);
                sine[(position * half) + index] = MathF.Sin(angle);
            }
        }

        long[] shape = [dimensions.MaximumLength, half];
        return (graph.Vector("rotary.cosine", shape, cosine), graph.Vector("rotary.sine", shape, sine));
    }
}
