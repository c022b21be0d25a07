
namespace MGLMM.Conversion.Tests.Variants;

/// <summary>config.json against the weights: rotary positions wherever they stand, sizes and counts that contradict, layers too few or too many.</summary>
public sealed class ConfigurationTests(OracleFixture oracle) : IDisposable
{
    private readonly CheckpointVariant _variant = new(oracle);

    [Theory]
    [InlineData("rope_scaling", """{"rope_type":"default"}""")]
    [InlineData("rope_scaling", """{"type":"default"}""")]
    [InlineData("rope_scaling", """{"rope_type":"default","factor":1.0}""")]
    [InlineData("rope_scaling", """{"type":"linear","factor":1.0}""")]
    [InlineData("rope_scaling", "null")]
    [InlineData("rope_parameters", """{"rope_type":"default","rope_theta":10000.0}""")]
    [InlineData("rope_parameters", """{"rope_theta":10000}""")]
    [InlineData("rope_parameters", "null")]
    public void A_scaling_that_scales_nothing_is_no_obstacle(string key, string value) => _variant.Configure(key, value).ConvertsToTheSame();

    [Theory]
    [InlineData("linear")]
    [InlineData("dynamic")]
    [InlineData("yarn")]
    [InlineData("longrope")]
    [InlineData("llama3")]
    public void A_scaling_is_refused_wherever_it_stands(string type)
    {
        _variant.Configure("rope_scaling", $$"""{"type":"{{type}}","factor":4.0}""").IsRefused("rope_scaling", $"'{type}'");
        _variant.Configure("rope_scaling", $$"""{"rope_type":"{{type}}","factor":4.0}""").IsRefused("rope_scaling", $"'{type}'");
        _variant.Configure("rope_scaling", "null").Configure("rope_parameters", $$"""{"rope_type":"{{type}}","factor":4.0,"rope_theta":10000.0}""")
            .IsRefused("rope_parameters", $"'{type}'");
    }

    [Theory]
    [InlineData("rope_scaling", """{"factor":4.0}""")]
    [InlineData("rope_scaling", "\"linear\"")]
    [InlineData("rope_parameters", """{"full_attention":{"rope_type":"default"}}""")]
    [InlineData("rope_parameters", """{"rope_type":"default","partial_rotary_factor":0.5}""")]
    [InlineData("partial_rotary_factor", "0.5")]
    [InlineData("rope_theta", "0")]
    public void Positions_that_are_not_understood_are_refused(string key, string value) => _variant.Configure(key, value).IsRefused("config.json");

    /// <summary>The official code's answer ends in an IndexError then: it counts the image's positions without a class token.</summary>
    [Fact]
    public void A_class_token_among_the_image_s_is_refused_with_the_way_out()
    {
        _variant.Configure("mm_vision_select_feature", "\"cls_patch\"").IsRefused("mm_vision_select_feature", "'cls_patch'", "class token", "Set it to 'patch'");
        _variant.Configure("mm_vision_select_feature", "\"cls\"").IsRefused("mm_vision_select_feature", "'cls'", "Set it to 'patch'");
        _variant.Configure("mm_vision_select_feature", "\"patch\"").ConvertsToTheSame();
    }

    [Fact]
    public void The_base_counts_wherever_it_stands()
    {
        _variant.Configure("rope_theta", "500000.0").Convert();
        string[] expected = CheckpointVariant.Hashes(_variant.Output).ToArray();
        Assert.NotEqual(CheckpointVariant.Hashes(oracle.BundleFolder), expected);
        foreach (string key in (string[])["rope_parameters", "rope_scaling"])
        {
            using CheckpointVariant other = new(oracle);
            other.Configure(key, """{"rope_type":"default","rope_theta":500000.0}""").Convert();
            Assert.Equal(expected, CheckpointVariant.Hashes(other.Output));
        }

        Directory.Delete(_variant.Output, recursive: true);
        _variant.Configure("rope_parameters", """{"rope_type":"default","rope_theta":10000.0}""").IsRefused("rope_theta 500000", "10000");
    }

    [Theory]
    [InlineData("vocab_size", "608", "607")]
    [InlineData("hidden_size", "128", "64")]
    [InlineData("intermediate_size", "176", "172")]
    [InlineData("num_attention_heads", "2", "num_key_value_heads")]
    [InlineData("num_key_value_heads", "2", "num_key_value_heads")]
    [InlineData("head_dim", "32", "16")]
    [InlineData("mm_hidden_size", "64", "48")]
    [InlineData("out_dim", "64", "48")]
    [InlineData("num_hidden_layers", "3", "layer 2")]
    [InlineData("num_hidden_layers", "1", "holds 2")]
    [InlineData("num_hidden_layers", "0", "positive")]
    [InlineData("sliding_window", "16", "sliding_window")]
    [InlineData("hidden_act", "\"gelu\"", "hidden_act")]
    [InlineData("logits_scaling", "8", "logits_scaling")]
    public void A_size_that_contradicts_the_weights_is_refused(string key, string value, string words)
    {
        if (key == "num_attention_heads")
        {
            // Fewer, wider heads fit the same matrices: only the count of key and value heads tells.
            _variant.Configure("num_key_value_heads", "4");
        }

        _variant.Configure(key, value).IsRefused("config.json", words);
    }

    [Theory]
    [InlineData("model.layers.1.", "layer 1")]
    [InlineData("model.layers.0.", "model.layers.0")]
    [InlineData("model.layers.1.mlp.down_proj.weight", "model.layers.1.mlp.down_proj.weight")]
    [InlineData("model.segment_encoder.image_encoder.blocks.1.", "blocks.1")]
    [InlineData("model.segment_encoder.mask_decoder.transformer.layers.1.", "mask decoder")]
    [InlineData("model.norm.weight", "model.norm.weight")]
    public void A_missing_layer_is_told_of(string prefix, string words)
    {
        _variant.Weights = _variant.Weights.Where(name => !name.StartsWith(prefix, StringComparison.Ordinal));
        _variant.Save().IsRefused(words);
    }

    [Fact]
    public void A_layer_too_many_is_refused()
    {
        foreach (string? name in _variant.Weights.Names.Where(name => name.StartsWith("model.layers.1.", StringComparison.Ordinal)).ToArray())
        {
            _variant.Weights[name.Replace("layers.1.", "layers.2.", StringComparison.Ordinal)] = _variant.Weights[name];
        }

        _variant.Save().IsRefused("counts 2 decoder layers", "holds 3");
    }

    /// <summary>The selected hidden state is counted from the end: a tower without its last layers would give another one.</summary>
    [Fact]
    public void The_towers_config_json_counts_its_layers()
    {
        _variant.TowerWeights = _variant.TowerWeights.Where(name => !name.StartsWith("vision_model.encoder.layers.2.", StringComparison.Ordinal));
        _variant.SaveTower().ConvertsToTheSame();
        Directory.Delete(_variant.Output, recursive: true);
        _variant.TowerWeights = _variant.TowerWeights.Where(name => !name.StartsWith("vision_model.encoder.layers.1.", StringComparison.Ordinal));
        _variant.SaveTower().IsRefused("vision tower", "encoder.layers.1.");
    }

    [Theory]
    [InlineData("num_hidden_layers", "2")]
    [InlineData("hidden_size", "64")]
    [InlineData("patch_size", "7")]
    [InlineData("image_size", "224")]
    [InlineData("intermediate_size", "200")]
    public void A_size_that_contradicts_the_tower_is_refused(string key, string value)
    {
        CheckpointCopy.Change(_variant.Tower, "config.json", key, value);
        _variant.IsRefused("vision tower", "config.json");
    }

    [Fact]
    public void Tied_embeddings_are_the_head_whatever_is_stored()
    {
        _variant.Weights["lm_head.weight"] = _variant.Weights["model.embed_tokens.weight"];
        _variant.Save().Convert();
        string[] expected = CheckpointVariant.Hashes(_variant.Output).ToArray();
        using CheckpointVariant tied = new(oracle);
        ConversionReport report = tied.Configure("tie_word_embeddings", "true").Convert();
        Assert.Equal(expected, CheckpointVariant.Hashes(tied.Output));
        Assert.Contains(report.Remarks, remark => remark.Contains("tie_word_embeddings", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("add_bos_token", "false")]
    [InlineData("add_eos_token", "true")]
    [InlineData("sp_model_kwargs", """{"enable_sampling":true}""")]
    [InlineData("eos_token", "\"<|im_end|>\"")]
    public void A_tokenizer_setting_that_changes_every_prompt_is_refused(string key, string value)
    {
        File.Delete(_variant.At("special_tokens_map.json"));
        CheckpointCopy.Change(_variant.Folder, "tokenizer_config.json", key, value);
        _variant.IsRefused(key is "eos_token" ? "eos_token" : "tokenizer_config.json");
    }

    [Theory]
    [InlineData("repetition_penalty", "1.2")]
    [InlineData("no_repeat_ngram_size", "3")]
    [InlineData("min_length", "200")]
    [InlineData("suppress_tokens", "[604]")]
    [InlineData("bad_words_ids", "[[604]]")]
    [InlineData("forced_eos_token_id", "2")]
    public void Generation_that_is_not_greedy_is_refused(string key, string value)
    {
        CheckpointCopy.Change(_variant.Folder, "generation_config.json", key, value);
        _variant.IsRefused("generation_config.json", key);

        // Marked as made from config.json, as this one is, transformers makes it anew from there; not so without the mark.
        CheckpointCopy.Edit(_variant.Folder, "generation_config.json", json => json.AsObject().Remove(key));
        _variant.Configure(key, value).IsRefused("config.json asks for", key);
        CheckpointCopy.Edit(_variant.Folder, "generation_config.json", json => json.AsObject().Remove("_from_model_config"));
        _variant.ConvertsToTheSame();
        Directory.Delete(_variant.Output, recursive: true);

        // Without that file, it takes the same settings from config.json.
        File.Delete(_variant.At("generation_config.json"));
        _variant.IsRefused("config.json asks for", key);
    }

    [Theory]
    [InlineData("repetition_penalty", "1.0", null)]
    [InlineData("suppress_tokens", "[]", null)]
    [InlineData("min_length", "1", null)]
    [InlineData("num_beams", "4", null)]
    [InlineData("do_sample", "true", "greedily")]
    public void Generation_that_stays_greedy_is_no_obstacle(string key, string value, string? told)
    {
        CheckpointCopy.Change(_variant.Folder, "generation_config.json", key, value);
        IReadOnlyList<string> remarks = _variant.ConvertsToTheSame().Remarks;
        Assert.Equal(told is not null, told is not null && remarks.Any(remark => remark.Contains(told, StringComparison.Ordinal)));
    }

    [Fact]
    public void Sampling_is_told_of_where_config_json_asks_for_it()
    {
        IReadOnlyList<string> remarks = _variant.Configure("do_sample", "true").ConvertsToTheSame().Remarks;
        Assert.Contains(remarks, remark => remark.StartsWith("config.json asks for sampling", StringComparison.Ordinal));
    }

    public void Dispose() => _variant.Dispose();
}
