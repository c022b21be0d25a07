using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>The language model's dimensions: shapes where shapes tell, config.json where they do not.</summary>
internal sealed record DecoderDimensions(
    int Hidden, int Layers, int Heads, int KeyValueHeads, int HeadSize, int Intermediate, int Vocabulary, int MaximumLength,
    double NormEpsilon, double RopeTheta, bool TiedHead)
{
    public static DecoderDimensions Detect(WeightSource weights, CheckpointConfiguration configuration)
    {
        int[] embedding = weights.Shape("model.embed_tokens.weight", 2);
        int hidden = embedding[1];
        int layers = CountLayers(weights, configuration);
        RequireSupported(configuration);
        OtherDecoders.Refuse(configuration);

        int heads = configuration.RequiredInteger("num_attention_heads");
        if (heads <= 0)
        {
            throw new ConversionException($"config.json says num_attention_heads {heads}; it must be positive.");
        }

        int queryRows = weights.Shape("model.layers.0.self_attn.q_proj.weight", 2)[0];
        int keyRows = weights.Shape("model.layers.0.self_attn.k_proj.weight", 2)[0];
        int headSize = queryRows / heads;
        if (headSize * heads != queryRows || headSize == 0 || keyRows % headSize != 0)
        {
            throw new ConversionException($"{heads} heads (config.json) do not divide a query projection of {queryRows} rows and a key projection of {keyRows}.");
        }

        if (headSize % 16 != 0)
        {
            throw new ConversionException(
                $"config.json says num_attention_heads {heads}, which makes heads of {headSize}; only multiples of 16 are supported (LLaMA's have 128). Check that it is of this checkpoint.");
        }

        int keyValueHeads = keyRows / headSize;
        int intermediate = weights.Shape("model.layers.0.mlp.gate_proj.weight", 2)[0];
        configuration.RequireSize("vocab_size", embedding[0], "model.embed_tokens.weight", otherwise: 32000);
        configuration.RequireSize("hidden_size", hidden, "model.embed_tokens.weight", otherwise: 4096);
        configuration.RequireSize("intermediate_size", intermediate, "model.layers.0.mlp.gate_proj.weight", otherwise: 11008);
        configuration.RequireSize("head_dim", headSize, "model.layers.0.self_attn.q_proj.weight");
        configuration.RequireSize("num_key_value_heads", keyValueHeads, "model.layers.0.self_attn.k_proj.weight");
        if (!configuration.HasValue("num_key_value_heads") && keyValueHeads != heads)
        {
            throw new ConversionException($"The weights have {keyValueHeads} key and value heads, but config.json does not say num_key_value_heads, which then is {heads}. One of the two is of another model.");
        }

        return new DecoderDimensions(
            hidden,
            layers,
            heads,
            keyValueHeads,
            headSize,
            intermediate,
            embedding[0],
            MaximumPositions(configuration),
            configuration.Number("rms_norm_eps") ?? 1e-6,
            RotaryPositions.Theta(configuration),
            TiedHead: configuration.Flag("tie_word_embeddings") == true);
    }

    /// <summary>config.json counts the layers; the weights must hold exactly those, or one of the two is incomplete or of another model.</summary>
    private static int CountLayers(WeightSource weights, CheckpointConfiguration configuration)
    {
        const string Prefix = "model.layers.";
        SortedSet<int> numbers = LayerNumbers(weights, Prefix);
        if (!numbers.Contains(0))
        {
            throw new ConversionException("The checkpoint has no tensor 'model.layers.0.*': it holds no LLaMA decoder.");
        }

        configuration.RequireSize("num_hidden_layers", configuration.Integer("num_hidden_layers") ?? (numbers.Max + 1), "model.layers.*", otherwise: 32);
        int count = configuration.Integer("num_hidden_layers") ?? 32;
        if (count <= 0)
        {
            throw new ConversionException($"config.json says num_hidden_layers {count}; it must be positive.");
        }

        if (numbers.Count < count && Enumerable.Range(0, count).Where(number => !numbers.Contains(number)).ToArray() is { Length: > 0 } missing)
        {
            throw new ConversionException(
                $"The checkpoint is incomplete: config.json counts {count} decoder layers, and of layer{(missing.Length > 1 ? "s" : string.Empty)} "
                + $"{string.Join(", ", missing.Take(8))}{(missing.Length > 8 ? " ..." : string.Empty)} there is no tensor. Check that all shards are there, or that config.json is of this checkpoint.");
        }

        return numbers.Max < count
            ? count
            : throw new ConversionException(
                $"config.json counts {count} decoder layers, but the checkpoint holds {numbers.Count} (up to '{Prefix}{numbers.Max}'). One of the two is of another model: take both from one save.");
    }

    /// <summary>What changes LLaMA's arithmetic and is not computed here.</summary>
    private static void RequireSupported(CheckpointConfiguration configuration)
    {
        string activation = configuration.Text("hidden_act") ?? "silu";
        if (activation is not ("silu" or "swish"))
        {
            throw new ConversionException($"config.json says hidden_act '{activation}'; LLaMA's 'silu' is the only one supported.");
        }

        if (configuration.HasValue("sliding_window") && configuration.Flag("use_sliding_window") != false)
        {
            throw new ConversionException("config.json asks for attention in a sliding_window, which is not supported. Set it to null if prompts and answers stay within it.");
        }
    }

    private static int MaximumPositions(CheckpointConfiguration configuration)
    {
        const int Largest = 1 << 20;
        int positions = configuration.Integer("max_position_embeddings") ?? 2048;
        return positions is > 0 and <= Largest
            ? positions
            : throw new ConversionException($"config.json says max_position_embeddings {positions}; it must be from 1 to {Largest}.");
    }

    /// <summary>How many consecutive numbers follow <paramref name="prefix"/> in the tensor names, from 0 on.</summary>
    /// <exception cref="ConversionException">A number is left out.</exception>
    internal static int LayerCount(WeightSource weights, string prefix)
    {
        SortedSet<int> numbers = LayerNumbers(weights, prefix);
        return numbers.Count == 0 || numbers.Max == numbers.Count - 1
            ? numbers.Count
            : throw new ConversionException(
                $"There is no tensor '{prefix}{Enumerable.Range(0, numbers.Max).First(number => !numbers.Contains(number))}.*', but one of '{prefix}{numbers.Max}': the checkpoint is incomplete. Check that all shards are there.");
    }

    private static SortedSet<int> LayerNumbers(WeightSource weights, string prefix)
    {
        SortedSet<int> numbers = new();
        foreach (string name in weights.Names)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                int end = name.IndexOf('.', prefix.Length);
                if (end > 0 && int.TryParse(name.AsSpan(prefix.Length, end - prefix.Length), System.Globalization.NumberStyles.None, null, out int number))
                {
                    numbers.Add(number);
                }
            }
        }

        return numbers;
    }

    public IEnumerable<(string Name, long[] Shape)> Required()
    {
        yield return ("model.embed_tokens.weight", [Vocabulary, Hidden]);
        for (int layer = 0; layer < Layers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
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
