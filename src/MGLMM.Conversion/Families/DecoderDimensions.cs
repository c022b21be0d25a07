namespace MGLMM.Conversion.Families;

/// <summary>The language model's dimensions: shapes where shapes tell, config.json where they do not.</summary>
internal sealed record DecoderDimensions(
    int Hidden, int Layers, int Heads, int KeyValueHeads, int HeadSize, int Intermediate, int Vocabulary, int MaximumLength,
    double NormEpsilon, double RopeTheta, bool TiedHead)
{
    public static DecoderDimensions Detect(WeightSource weights, CheckpointConfiguration configuration)
    {
        var embedding = weights.Shape("model.embed_tokens.weight", 2);
        var hidden = embedding[1];
        var layers = LayerCount(weights, "model.layers.");
        if (layers == 0)
        {
            throw new ConversionException("The checkpoint has no tensor 'model.layers.0.*': it holds no LLaMA decoder.");
        }

        var heads = configuration.RequiredInteger("num_attention_heads");
        if (heads <= 0)
        {
            throw new ConversionException($"config.json says num_attention_heads {heads}; it must be positive.");
        }

        var queryRows = weights.Shape("model.layers.0.self_attn.q_proj.weight", 2)[0];
        var keyRows = weights.Shape("model.layers.0.self_attn.k_proj.weight", 2)[0];
        var headSize = queryRows / heads;
        if (headSize * heads != queryRows || headSize == 0 || keyRows % headSize != 0)
        {
            throw new ConversionException($"{heads} heads (config.json) do not divide a query projection of {queryRows} rows and a key projection of {keyRows}.");
        }

        if (headSize % 16 != 0)
        {
            throw new ConversionException($"A head size of {headSize} is not a multiple of 16, which GroupQueryAttention with rotary embedding needs.");
        }

        if (configuration.HasValue("rope_scaling"))
        {
            throw new ConversionException("config.json asks for rope_scaling, which no published MGLMM, GLaMM or LISA checkpoint uses and this converter does not support.");
        }

        var activation = configuration.Text("hidden_act") ?? "silu";
        if (activation != "silu")
        {
            throw new ConversionException($"config.json says hidden_act '{activation}'; LLaMA's 'silu' is the only one supported.");
        }

        return new DecoderDimensions(
            hidden,
            layers,
            heads,
            keyRows / headSize,
            headSize,
            weights.Shape("model.layers.0.mlp.gate_proj.weight", 2)[0],
            embedding[0],
            MaximumPositions(configuration),
            configuration.Number("rms_norm_eps") ?? 1e-6,
            configuration.Number("rope_theta") ?? 10000,
            TiedHead: configuration.Flag("tie_word_embeddings") == true && !weights.Has("lm_head.weight"));
    }

    private static int MaximumPositions(CheckpointConfiguration configuration)
    {
        const int Largest = 1 << 20;
        var positions = configuration.Integer("max_position_embeddings") ?? 2048;
        return positions is > 0 and <= Largest
            ? positions
            : throw new ConversionException($"config.json says max_position_embeddings {positions}; it must be from 1 to {Largest}.");
    }

    /// <summary>How many consecutive numbers follow <paramref name="prefix"/> in the tensor names, from 0 on.</summary>
    internal static int LayerCount(WeightSource weights, string prefix)
    {
        var numbers = new HashSet<int>();
        foreach (var name in weights.Names)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                var end = name.IndexOf('.', prefix.Length);
                if (end > 0 && int.TryParse(name.AsSpan(prefix.Length, end - prefix.Length), out var number))
                {
                    numbers.Add(number);
                }
            }
        }

        var count = 0;
        while (numbers.Contains(count))
        {
            count++;
        }

        return count;
    }

    public IEnumerable<(string Name, long[] Shape)> Required()
    {
        yield return ("model.embed_tokens.weight", [Vocabulary, Hidden]);
        for (var layer = 0; layer < Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            yield return (prefix + "input_layernorm.weight", [Hidden]);
            yield return (prefix + "self_attn.q_proj.weight", [Heads * HeadSize, Hidden]);
            yield return (prefix + "self_attn.k_proj.weight", [KeyValueHeads * HeadSize, Hidden]);
            yield return (prefix + "self_attn.v_proj.weight", [KeyValueHeads * HeadSize, Hidden]);
            yield return (prefix + "self_attn.o_proj.weight", [Hidden, Heads * HeadSize]);
            yield return (prefix + "post_attention_layernorm.weight", [Hidden]);
            yield return (prefix + "mlp.gate_proj.weight", [Intermediate, Hidden]);
            yield return (prefix + "mlp.up_proj.weight", [Intermediate, Hidden]);
            yield return (prefix + "mlp.down_proj.weight", [Hidden, Intermediate]);
        }

        yield return ("model.norm.weight", [Hidden]);
        if (!TiedHead)
        {
            yield return ("lm_head.weight", [Vocabulary, Hidden]);
        }
    }
}
