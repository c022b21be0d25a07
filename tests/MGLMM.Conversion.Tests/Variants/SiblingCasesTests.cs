using System.Text.Json.Nodes;
using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Tests.Variants;

/// <summary>
/// Siblings of the published cases: what transformers, LLaVA and the families' own scripts do with them is computed, or they are refused by
/// what is wrong with them.
/// </summary>
public sealed class SiblingCasesTests(OracleFixture oracle) : IDisposable
{
    private const string Query = "model.layers.0.self_attn.q_proj.";

    private readonly CheckpointVariant _variant = new(oracle);

    private TensorSet Weights => _variant.Weights;

    [Theory]
    [InlineData("model_type", "\"gemma\"")]
    [InlineData("model_type", "\"llava_qwen\"")]
    [InlineData("model_type", "\"llava_phi\"")]
    [InlineData("architectures", """["LlavaQwenForCausalLM"]""")]
    [InlineData("architectures", """["MiniCPMForCausalLM"]""")]
    [InlineData("scale_emb", "12")]
    [InlineData("scale_depth", "1.4")]
    [InlineData("logit_scale", "0.0625")]
    [InlineData("clip_qkv", "8.0")]
    [InlineData("final_logit_softcapping", "30.0")]
    [InlineData("num_local_experts", "8")]
    [InlineData("position_embedding_type", "\"alibi\"")]
    public void A_decoder_that_computes_otherwise_under_LLaMAs_names_is_refused(string key, string value) => _variant.Configure(key, value).IsRefused("config.json", key, "LLaMA");

    [Theory]
    [InlineData("model_type", "\"llama\"")]
    [InlineData("model_type", "\"llava_mistral\"")]
    [InlineData("architectures", """["LlavaLlamaForCausalLM"]""")]
    [InlineData("architectures", "null")]
    [InlineData("embedding_multiplier", "1.0")]
    [InlineData("num_local_experts", "0")]
    public void A_decoder_that_computes_what_LLaMA_does_is_no_obstacle(string key, string value) => _variant.Configure(key, value).ConvertsToTheSame();

    [Theory]
    [InlineData("num_hidden_layers", "32")]
    [InlineData("hidden_size", "4096")]
    [InlineData("intermediate_size", "11008")]
    [InlineData("vocab_size", "32000")]
    public void What_config_json_does_not_say_is_what_transformers_takes(string key, string taken)
    {
        CheckpointCopy.Edit(_variant.Folder, "config.json", json => json.AsObject().Remove(key));
        _variant.IsRefused(key, taken);
    }

    [Theory]
    [InlineData("patch_size", "32")]
    [InlineData("image_size", "224")]
    [InlineData("hidden_size", "768")]
    [InlineData("intermediate_size", "3072")]
    public void What_the_towers_config_json_does_not_say_is_what_transformers_takes(string key, string taken)
    {
        CheckpointCopy.Edit(_variant.Tower, "config.json", json => json.AsObject().Remove(key));
        _variant.IsRefused(key, taken);
    }

    [Fact]
    public void A_tower_whose_layers_are_not_counted_has_twelve()
    {
        CheckpointCopy.Edit(_variant.Tower, "config.json", json => json.AsObject().Remove("num_hidden_layers"));
        _variant.IsRefused("incomplete", "vision_model.encoder.layers.3.");
    }

    [Theory]
    [InlineData("[2,606]")]
    [InlineData("606")]
    [InlineData("\"2\"")]
    public void Another_end_of_answers_is_refused(string end)
    {
        CheckpointCopy.Edit(_variant.Folder, "generation_config.json", json => json.AsObject().Remove("_from_model_config"));
        CheckpointCopy.Change(_variant.Folder, "generation_config.json", "eos_token_id", end);
        _variant.IsRefused("generation_config.json", "eos_token_id", end);

        // Marked as made from config.json, it is made anew from the end that the families' scripts set there: the tokenizer's.
        CheckpointCopy.Change(_variant.Folder, "generation_config.json", "_from_model_config", "true");
        _variant.ConvertsToTheSame();
    }

    [Theory]
    [InlineData("[2]")]
    [InlineData("2")]
    public void The_tokenizers_end_of_answers_is_no_obstacle(string end)
    {
        CheckpointCopy.Edit(_variant.Folder, "generation_config.json", json => json.AsObject().Remove("_from_model_config"));
        CheckpointCopy.Change(_variant.Folder, "generation_config.json", "eos_token_id", end);
        _variant.ConvertsToTheSame();
    }

    [Theory]
    [InlineData("clean_up_tokenization_spaces", "true")]
    [InlineData("tokenizer_class", "\"T5Tokenizer\"")]
    [InlineData("tokenizer_class", "\"Qwen2Tokenizer\"")]
    public void A_tokenizer_that_writes_or_reads_otherwise_is_refused(string key, string value)
    {
        CheckpointCopy.Change(_variant.Folder, "tokenizer_config.json", key, value);
        _variant.IsRefused("tokenizer_config.json", key);
    }

    [Theory]
    [InlineData("tokenizer_class", "\"LlamaTokenizerFast\"", "slow")]
    [InlineData("tokenizer_class", "null", null)]
    [InlineData("legacy", "null", null)]
    [InlineData("model_max_length", "1000000000000000019884624838656", null)]
    public void A_setting_that_the_familys_code_does_not_follow_is_no_obstacle(string key, string value, string? told)
    {
        CheckpointCopy.Change(_variant.Folder, "tokenizer_config.json", key, value);
        IReadOnlyList<string> remarks = _variant.ConvertsToTheSame().Remarks;
        Assert.Equal(told is not null, remarks.Any(remark => remark.Contains(told ?? key, StringComparison.Ordinal)));
    }

    [Fact]
    public void What_versions_read_in_two_ways_is_to_be_said_where_the_familys_version_knows_it()
    {
        string data = RepositoryRoot.Combine("tests", "MGLMM.Conversion.Tests", "data", "variants", "lisa");
        string checkpoint = CheckpointCopy.Make(Path.Combine(data, "checkpoint"), Path.Combine(_variant.Folder, "lisa"));
        CheckpointCopy.Change(checkpoint, "tokenizer_config.json", "legacy", "null");
        ConversionException refusal = Assert.Throws<ConversionException>(() => CheckpointConverter.Convert(new ConversionOptions
        {
            Checkpoint = checkpoint,
            VisionTower = Path.Combine(data, "clip-vit-variant-patch14-70"),
            Output = _variant.Output,
        }));
        Assert.Contains("legacy", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fixed_height_and_width_stretch_the_picture()
    {
        CheckpointCopy.Change(_variant.Tower, "preprocessor_config.json", "size", """{"height":56,"width":56}""");
        _variant.Convert();
        Assert.False(Runtime.Bundles.ModelBundle.Open(_variant.Output).Manifest.GlobalEncoder.CenterCrop);
    }

    [Theory]
    [InlineData("size")]
    [InlineData("crop_size")]
    public void A_size_that_the_preprocessor_does_not_say_is_what_transformers_takes(string key)
    {
        CheckpointCopy.Edit(_variant.Tower, "preprocessor_config.json", json => json.AsObject().Remove(key));
        _variant.IsRefused("preprocessor_config.json", "224", "56 pixels");
    }

    [Fact]
    public void One_mean_and_deviation_are_those_of_all_channels()
    {
        CheckpointCopy.Change(_variant.Tower, "preprocessor_config.json", "image_mean", "0.5");
        CheckpointCopy.Change(_variant.Tower, "preprocessor_config.json", "image_std", "0.25");
        _variant.Convert();
        Runtime.Bundles.GlobalEncoderSpecification encoder = Runtime.Bundles.ModelBundle.Open(_variant.Output).Manifest.GlobalEncoder;
        Assert.Equal([0.5, 0.5, 0.5], encoder.Mean);
        Assert.Equal([0.25, 0.25, 0.25], encoder.StandardDeviation);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    public void Numbers_that_only_Python_writes_are_an_obstacle_where_they_are_read(string number)
    {
        string text = File.ReadAllText(_variant.At("config.json"));
        File.WriteAllText(_variant.At("config.json"), text[..text.LastIndexOf('}')] + $$""", "initializer_range": {{number}}, "note": "a \"{{number}}\" \\", "list": [{{number}},1] }""");
        _variant.ConvertsToTheSame();
        Directory.Delete(_variant.Output, recursive: true);
        File.WriteAllText(_variant.At("config.json"), text[..text.LastIndexOf('}')] + $$""", "rms_norm_eps": {{number}} }""");
        _variant.IsRefused("rms_norm_eps", "config.json");
    }

    [Theory]
    [InlineData("""{"a": 1,}""", "trailing comma")]
    [InlineData("// note\n{}", "line 1")]
    public void Broken_JSON_is_told_of_in_an_editors_words(string text, string words)
    {
        File.WriteAllText(_variant.At("added_tokens.json"), text);
        Exception refusal = Assert.ThrowsAny<Exception>(() => _variant.Convert());
        Assert.Contains("added_tokens.json", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("reader options", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("added_tokens.json", """{"\ud83d":603}""")]
    [InlineData("config.json", """{"model_type":"\ud83d"}""")]
    [InlineData("config.json", """{"architectures":["\ud83d"]}""")]
    [InlineData("special_tokens_map.json", """{"additional_special_tokens":["\ud83d"]}""")]
    public void Half_a_surrogate_pair_names_its_file(string file, string members)
    {
        string text = File.ReadAllText(_variant.At(file)).TrimEnd();
        File.WriteAllText(_variant.At(file), $"{text[..^1]},{members[1..]}");
        _variant.IsRefused(file, "surrogate");
    }

    [Fact]
    public void Equal_tensors_in_two_shards_are_no_obstacle()
    {
        TwoShards(Weights["lm_head.weight"]);
        _variant.ConvertsToTheSame();
    }

    [Fact]
    public void Unequal_tensors_in_two_shards_are_refused()
    {
        TwoShards(Weights["lm_head.weight"].With(5, 0.25));
        _variant.IsRefused("'lm_head.weight' is also in");
    }

    [Fact]
    public void Tables_of_rotary_frequencies_are_never_read()
    {
        foreach (string table in (string[])["cos_cached", "sin_cached"])
        {
            Weights["model.layers.1.self_attn.rotary_emb." + table] = StoredTensor.Zeros(TensorElementKind.Float32, 1, 1, 8, 16);
        }

        _variant.Save().ConvertsToTheSame();
    }

    [Theory]
    [InlineData("q_weight", "EXL2")]
    [InlineData("trellis", "EXL3")]
    [InlineData("B", "Marlin")]
    public void Further_methods_of_quantisation_are_named(string part, string method)
    {
        _variant.Weights = Weights.Where(name => name != Query + "weight");
        Weights[Query + part] = StoredTensor.Zeros(TensorElementKind.Int32, 4, 4);
        _variant.Save().IsRefused("quantised", method);
    }

    [Fact]
    public void Integers_with_a_scale_are_not_called_floats()
    {
        Weights["lm_head.weight"] = Weights["lm_head.weight"].As(TensorElementKind.Int8);
        Weights["lm_head.weight_scale"] = StoredTensor.Zeros(TensorElementKind.Float32, 607, 1);
        _variant.Save();
        _variant.IsRefused("int8", "weight_scale");
        Assert.DoesNotContain("fp8", Assert.ThrowsAny<Exception>(() => _variant.Convert()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Query + "weight", Query + "weight_orig", "prune")]
    [InlineData(Query + "weight", Query + "weight_g", "weight_norm")]
    [InlineData(Query + "weight", Query + "parametrizations.weight.original0", "parametri")]
    [InlineData(Query + "weight", "model.layers.0.self_attn.W_pack.weight", "Split it")]
    [InlineData("model.layers.0.mlp.gate_proj.weight", "model.layers.0.mlp.gate_up_proj.weight", "Split it")]
    public void What_stands_in_a_tensors_place_is_told_of(string name, string instead, string words)
    {
        _variant.Weights = Weights.Rename(other => other == name ? instead : other);
        _variant.Save().IsRefused(name, instead, words);
    }

    [Fact]
    public void Names_of_another_implementation_are_told_of()
    {
        _variant.Weights = Weights.Rename(name => name.StartsWith("model.layers.", StringComparison.Ordinal) || name.StartsWith("model.embed", StringComparison.Ordinal) ? "language_model." + name : name);
        _variant.Save().IsRefused("language_model.", "transformers' own");
    }

    [Theory]
    [InlineData(Query + "weight")]
    [InlineData("model.norm.weight")]
    public void Tensors_left_empty_by_ZeRO_are_told_of(string name)
    {
        Weights[name] = StoredTensor.Zeros(TensorElementKind.Float32, 0);
        _variant.Save().IsRefused(name, "ZeRO-3");
    }

    [Fact]
    public void A_prefix_on_SAM_alone_is_told_of()
    {
        _variant.Weights = Weights.Rename(name => name.Contains("segment_encoder", StringComparison.Ordinal) ? "module." + name : name);
        _variant.Save().IsRefused("'module.'", "two saves");
    }

    [Fact]
    public void A_projector_in_a_file_of_its_own_is_told_of()
    {
        File.WriteAllBytes(_variant.At("mm_projector.bin"), Weights.Where(name => name.Contains("mm_projector", StringComparison.Ordinal)).ToTorch());
        _variant.Weights = Weights.Where(name => !name.Contains("mm_projector", StringComparison.Ordinal));
        _variant.Save().IsRefused("mm_projector.bin");
    }

    [Fact]
    public void A_trained_tower_that_is_there_in_part_is_not_taken_for_the_given_one()
    {
        string part = "vision_model.encoder.layers.0.self_attn.q_proj.weight";
        Weights["model.vision_tower.vision_tower." + part] = _variant.TowerWeights[part];
        _variant.Configure("unfreeze_mm_vision_tower", "true").Save().IsRefused("inside the checkpoint", "incomplete");
    }

    [Fact]
    public void A_repositorys_folder_in_the_cache_names_its_snapshot()
    {
        string snapshot = Directory.CreateDirectory(_variant.At(Path.Combine("snapshots", "0a1b2c"))).FullName;
        File.Move(_variant.At("config.json"), Path.Combine(snapshot, "config.json"));
        _variant.IsRefused("cache", snapshot);
    }

    [Fact]
    public void Heads_of_a_size_that_cannot_be_computed_are_told_of() => _variant.Configure("num_attention_heads", "8").IsRefused("num_attention_heads 8", "heads of 8");

    [Fact]
    public void Ids_with_a_gap_name_their_file()
    {
        CheckpointCopy.Edit(_variant.Folder, "added_tokens.json", json => json.AsObject().Remove("<point>"));
        _variant.IsRefused("added_tokens.json", "603");
    }

    public void Dispose() => _variant.Dispose();

    private void TwoShards(StoredTensor head)
    {
        File.Delete(_variant.At("pytorch_model.bin"));
        string[] files = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
        JsonObject map = new();
        foreach (string name in Weights.Names)
        {
            map[name] = files[IsSecond(name) ? 1 : 0];
        }

        TensorSet first = Weights.Where(name => !IsSecond(name));
        first["lm_head.weight"] = head;
        File.WriteAllBytes(_variant.At(files[0]), first.ToSafetensors());
        File.WriteAllBytes(_variant.At(files[1]), Weights.Where(IsSecond).ToSafetensors());
        File.WriteAllText(_variant.At("model.safetensors.index.json"), new JsonObject { ["weight_map"] = map }.ToJsonString());

        static bool IsSecond(string name) => name == "lm_head.weight" || name.Contains("mlp", StringComparison.Ordinal);
    }
}
