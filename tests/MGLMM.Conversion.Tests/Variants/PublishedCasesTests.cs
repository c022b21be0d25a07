using MGLMM.Conversion.Checkpoints;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Conversion.Tests.Variants;

/// <summary>Folders that people reported, each as it was told: it converts to what it is, or it is refused with the way out.</summary>
public sealed class PublishedCasesTests(OracleFixture oracle) : IDisposable
{
    private readonly CheckpointVariant _variant = new(oracle);

    private TensorSet Weights => _variant.Weights;

    [Fact]
    public void What_the_tests_write_is_what_PyTorch_wrote()
    {
        _variant.Save().ConvertsToTheSame();
        File.Delete(_variant.At("pytorch_model.bin"));
        Directory.Delete(_variant.Output, recursive: true);
        _variant.Save(safetensors: true).ConvertsToTheSame();
    }

    [Fact]
    public void An_adapter_without_its_model_is_told_of_as_such()
    {
        File.Delete(_variant.At("pytorch_model.bin"));
        File.WriteAllBytes(_variant.At("adapter_model.bin"), Weights.Where(name => name.Contains("q_proj", StringComparison.Ordinal)).ToTorch());
        File.WriteAllText(_variant.At("adapter_config.json"), """{"peft_type":"LORA","r":8}""");
        _variant.IsRefused("adapter", "merge");
    }

    [Fact]
    public void An_adapter_beside_the_model_is_told_of()
    {
        File.WriteAllText(_variant.At("adapter_config.json"), """{"peft_type":"LORA","r":8}""");
        Assert.Contains(_variant.ConvertsToTheSame().Remarks, remark => remark.Contains("adapter_config.json", StringComparison.Ordinal));
    }

    [Fact]
    public void Flags_of_added_tokens_are_honoured_where_only_newer_versions_can_have_written_them()
    {
        const string Flags = """ "lstrip":false,"rstrip":false,"normalized":false,"single_word":false """;
        File.Delete(_variant.At("added_tokens.json"));
        string[] added = ["<im_start>", "<im_end>", "<bbox>", "<point>", "[SEG]", "<p>", "</p>"];
        IEnumerable<string> table = added.Select((token, index) => $$""" "{{600 + index}}":{"content":"{{token}}","special":true,{{Flags}}} """)
            .Concat(((string[])["<unk>", "<s>", "</s>"]).Select((token, index) => $$""" "{{index}}":{"content":"{{token}}","special":true,{{Flags}}} """));
        CheckpointCopy.Change(_variant.Folder, "tokenizer_config.json", "added_tokens_decoder", "{" + string.Join(",", table) + "}");
        ConversionReport report = _variant.ConvertsToTheSame();
        Assert.Contains(report.Remarks, remark => remark.Contains("added_tokens_decoder", StringComparison.Ordinal));
        TokenSpecification tokens = ModelBundle.Open(_variant.Output).Manifest.Tokens;
        Assert.Equal(added.Order(StringComparer.Ordinal), tokens.Stripping!.Keys.Order(StringComparer.Ordinal));
        Assert.All(tokens.Stripping.Values, stripping => Assert.Equal(new WhiteSpaceStripping(false, false), stripping));
    }

    /// <summary>The versions that the families pin never read that table where added_tokens.json is there.</summary>
    [Fact]
    public void Flags_of_added_tokens_are_without_effect_beside_added_tokens_json()
    {
        CheckpointCopy.Change(
            _variant.Folder, "tokenizer_config.json", "added_tokens_decoder", """{"601":{"content":"<im_end>","lstrip":false,"rstrip":false,"special":true}}""");
        _variant.ConvertsToTheSame();
        Assert.Null(ModelBundle.Open(_variant.Output).Manifest.Tokens.Stripping);
    }

    /// <summary>special_tokens_map.json is read by every version, and its flags decide.</summary>
    [Fact]
    public void Flags_of_special_tokens_are_honoured()
    {
        CheckpointCopy.Edit(_variant.Folder, "special_tokens_map.json", map =>
        {
            map["additional_special_tokens"] = System.Text.Json.Nodes.JsonNode.Parse("""["<im_start>",{"content":"<im_end>","lstrip":true,"rstrip":false}]""");
            map["eos_token"] = "</s>";
        });
        _variant.ConvertsToTheSame();
        IReadOnlyDictionary<string, WhiteSpaceStripping> stripping = ModelBundle.Open(_variant.Output).Manifest.Tokens.Stripping!;
        Assert.Equal(["</s>", "<im_end>"], stripping.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((new WhiteSpaceStripping(true, true), new WhiteSpaceStripping(true, false)), (stripping["</s>"], stripping["<im_end>"]));
    }

    [Theory]
    [InlineData("self_attn.q_proj.bias", 64)]
    [InlineData("self_attn.o_proj.bias", 64)]
    [InlineData("mlp.down_proj.bias", 64)]
    [InlineData("input_layernorm.bias", 64)]
    [InlineData("self_attn.q_norm.weight", 16)]
    public void A_tensor_that_LLaMA_does_not_have_is_refused_unless_it_is_allowed(string name, int size)
    {
        _variant.Weights["model.layers.1." + name] = StoredTensor.Of(new float[size], size);
        _variant.Configure("attention_bias", "true").Save().IsRefused("model.layers.1." + name, "--allow-left-over");
        ConversionReport report = _variant.Convert(allowLeftOver: true);
        Assert.Equal(["model.layers.1." + name], report.LeftOver);
        Assert.Equal(CheckpointVariant.Hashes(oracle.BundleFolder), CheckpointVariant.Hashes(_variant.Output));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("added_tokens.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("special_tokens_map.json")]
    public void A_byte_order_mark_is_no_obstacle(string file)
    {
        File.WriteAllBytes(_variant.At(file), [0xEF, 0xBB, 0xBF, .. File.ReadAllBytes(_variant.At(file))]);
        _variant.ConvertsToTheSame();
    }

    [Fact]
    public void Another_encoding_is_named()
    {
        File.WriteAllText(_variant.At("config.json"), File.ReadAllText(_variant.At("config.json")), System.Text.Encoding.Unicode);
        _variant.IsRefused("config.json", "UTF-16", "UTF-8");
    }

    [Theory]
    [InlineData("module.", "module.")]
    [InlineData("_orig_mod.", "_orig_mod.")]
    [InlineData("module._orig_mod.", "module.")]
    [InlineData("model.", "model.")]
    [InlineData("base_model.model.", "base_model.model.")]
    [InlineData("_forward_module.", "_forward_module.")]
    public void The_prefix_of_a_training_wrapper_is_taken_off(string prefix, string named)
    {
        _variant.Weights = Weights.Rename(name => prefix + name);
        Assert.Contains(_variant.Save().ConvertsToTheSame().Remarks, remark => remark.Contains($"'{named}'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("_fsdp_wrapped_module.")]
    [InlineData("_checkpoint_wrapped_module.")]
    [InlineData("_orig_mod.")]
    public void Wrappers_of_single_layers_are_taken_off(string wrapper)
    {
        _variant.Weights = Weights.Rename(name => name.Replace("layers.1.", "layers.1." + wrapper, StringComparison.Ordinal));
        _variant.Save().ConvertsToTheSame();
    }

    [Fact]
    public void A_prefix_on_some_names_only_is_refused()
    {
        _variant.Weights = Weights.Rename(name => name.StartsWith("lm_head", StringComparison.Ordinal) ? name : "module." + name);
        _variant.Save().IsRefused("'module.'", "lm_head.weight");
    }

    [Fact]
    public void A_folder_in_place_of_a_file_is_named()
    {
        File.Delete(_variant.At("pytorch_model.bin"));
        Directory.CreateDirectory(_variant.At("pytorch_model.bin"));
        File.WriteAllBytes(Path.Combine(_variant.At("pytorch_model.bin"), "pytorch_model.bin"), Weights.ToTorch());
        _variant.IsRefused("'pytorch_model.bin' is a folder");
    }

    [Theory]
    [InlineData("lora_A.default.weight")]
    [InlineData("lora_B.weight")]
    [InlineData("lora_magnitude_vector.default.weight")]
    [InlineData("base_layer.weight")]
    [InlineData("ia3_l.default")]
    public void An_adapter_that_is_not_merged_is_refused(string part)
    {
        _variant.Weights["model.layers.0.self_attn.q_proj." + part] = StoredTensor.Of(new float[8], 8, 1);
        _variant.Save().IsRefused("adapter", "merge");
    }

    [Fact]
    public void An_adapter_that_is_not_merged_can_be_left_out()
    {
        _variant.Weights["model.layers.0.self_attn.q_proj.lora_A.default.weight"] = StoredTensor.Of(new float[8], 8, 1);
        Assert.Single(_variant.Save().Convert(allowLeftOver: true).LeftOver);
    }

    [Fact]
    public void A_third_layer_of_the_projector_is_refused()
    {
        _variant.Weights["model.mm_projector.4.weight"] = Weights["model.mm_projector.2.weight"];
        _variant.Weights["model.mm_projector.4.bias"] = Weights["model.mm_projector.2.bias"];
        _variant.Save().IsRefused("model.mm_projector.4.weight", "projector");
        _variant.Configure("mm_projector_type", "\"mlp3x_gelu\"").IsRefused("mlp3x_gelu");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public void Shards_without_their_index_are_named(int there)
    {
        File.Delete(_variant.At("pytorch_model.bin"));
        for (int number = 1; number <= there; number++)
        {
            File.WriteAllBytes(_variant.At($"pytorch_model-0000{number}-of-00002.bin"), Weights.Where(name => name.Length % 2 == number % 2).ToTorch());
        }

        _variant.IsRefused("'pytorch_model.bin.index.json' is missing", $"{there} of 2 shards");
    }

    [Fact]
    public void A_stale_index_names_what_lies_beside_it()
    {
        File.WriteAllText(_variant.At("model.safetensors.index.json"), """{"weight_map":{"lm_head.weight":"model-00001-of-00001.safetensors"}}""");
        _variant.IsRefused("model-00001-of-00001.safetensors", "delete it", "'pytorch_model.bin' beside it");
    }

    [Theory]
    [InlineData("global_step100", null, "zero_to_fp32")]
    [InlineData(null, "model.gguf", "not read")]
    [InlineData(null, "tf_model.h5", "not read")]
    [InlineData(null, "lisa.pth", "rename it")]
    public void What_lies_there_instead_of_a_model_is_named(string? folder, string? file, string words)
    {
        File.Delete(_variant.At("pytorch_model.bin"));
        if (folder is not null)
        {
            Directory.CreateDirectory(_variant.At(folder));
        }

        if (file is not null)
        {
            File.WriteAllText(_variant.At(file), "x");
        }

        _variant.IsRefused(words);
    }

    [Theory]
    [InlineData("tokenizer.model")]
    [InlineData("config.json")]
    [InlineData("added_tokens.json")]
    [InlineData("pytorch_model.bin")]
    [InlineData("pytorch_model.bin.index.json")]
    public void A_Git_LFS_pointer_is_told_of_in_the_same_words_whatever_it_stands_for(string file)
    {
        if (file.EndsWith(".index.json", StringComparison.Ordinal))
        {
            File.Delete(_variant.At("pytorch_model.bin"));
        }

        File.WriteAllText(_variant.At(file), $"version https://git-lfs.github.com/spec/v1\noid sha256:{new string('0', 64)}\nsize 499723\n");
        _variant.IsRefused($"'{file}'", "Git LFS pointer", "git lfs pull");
    }

    [Theory]
    [InlineData("state_dict")]
    [InlineData("model_state_dict")]
    [InlineData("model")]
    [InlineData("module")]
    public void A_trainers_dictionary_may_hold_further_tensors(string wrapper)
    {
        ConversionReport report = _variant.Save(file: Weights.ToTorch(wrapper, ("best_score", StoredTensor.Of([0.5f])), ("step", StoredTensor.Of([7f], 1)))).ConvertsToTheSame();
        Assert.Contains(report.Remarks, remark => remark.Contains("best_score", StringComparison.Ordinal));
    }

    [Fact]
    public void A_tower_that_config_json_says_was_trained_is_used()
    {
        AddTower(value => value + 0.3f);
        ConversionReport report = _variant.Configure("unfreeze_mm_vision_tower", "true").Save().Convert();
        Assert.Contains(report.Remarks, remark => remark.Contains("inside the checkpoint is used", StringComparison.Ordinal));
        string[] inside = CheckpointVariant.Hashes(_variant.Output).ToArray();
        Directory.Delete(_variant.Output, recursive: true);

        // The same numbers given as a tower of their own.
        using CheckpointVariant other = new(oracle);
        foreach (string? name in other.TowerWeights.Names.ToArray())
        {
            if (other.TowerWeights[name].Kind == TensorElementKind.Float32 && name.StartsWith("vision_model.", StringComparison.Ordinal))
            {
                other.TowerWeights[name] = StoredTensor.Of(Array.ConvertAll(other.TowerWeights[name].Floats(), value => value + 0.3f), other.TowerWeights[name].Shape);
            }
        }

        other.SaveTower().Convert();
        Assert.Equal(CheckpointVariant.Hashes(other.Output), inside);
    }

    [Theory]
    [InlineData(0f, "is the given one")]
    [InlineData(0.001f, "is the given one")]
    [InlineData(0.1f, "another than the given one")]
    public void A_tower_that_was_not_trained_is_compared_and_told_of(float change, string words)
    {
        AddTower(value => value * (1 + change));
        Assert.Contains(_variant.Save().ConvertsToTheSame().Remarks, remark => remark.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_trained_tower_must_be_whole()
    {
        AddTower(value => value);
        _variant.Weights = Weights.Where(name => !name.Contains("encoder.layers.1.mlp.fc1.bias", StringComparison.Ordinal));
        _variant.Configure("unfreeze_mm_vision_tower", "true").Save().IsRefused("vision tower inside the checkpoint", "encoder.layers.1.mlp.fc1.bias");
    }

    [Fact]
    public void A_tokenizer_without_the_picture_tokens_is_of_another_checkpoint()
    {
        File.WriteAllText(_variant.At("added_tokens.json"), """{"[SEG]":600}""");
        _variant.Configure("seg_token_idx", "600").IsRefused("'<im_start>'", "'<im_end>'", "added_tokens.json");
    }

    [Theory]
    [InlineData("visual.transformer.resblocks.0.ln_1.weight")]
    [InlineData("vision_model.embeddings.patch_embedding.bias")]
    public void Another_kind_of_tower_is_told_of_as_such(string name)
    {
        _variant.TowerWeights = _variant.TowerWeights.Where(other => !other.EndsWith("class_embedding", StringComparison.Ordinal));
        _variant.TowerWeights[name] = StoredTensor.Of([1f], 1);
        _variant.SaveTower().IsRefused("vision tower is no CLIP tower", "clip-vit-tiny-patch14-56", "--vision-tower");
    }

    [Fact]
    public void A_tower_of_another_width_is_told_of_as_such()
    {
        _variant.Weights["model.mm_projector.0.weight"] = StoredTensor.Of(new float[64 * 40], 64, 40);
        _variant.Save().IsRefused("projector takes 40 features", "yields 48", "--vision-tower");
    }

    [Theory]
    [InlineData("")]
    [InlineData("vision_tower.vision_model.")]
    [InlineData("model.vision_tower.vision_tower.vision_model.")]
    public void A_tower_is_found_under_whatever_prefix_it_was_saved(string prefix)
    {
        _variant.TowerWeights = _variant.TowerWeights.Rename(name => name.Replace("vision_model.", prefix, StringComparison.Ordinal));
        _variant.SaveTower().ConvertsToTheSame();
    }

    public void Dispose() => _variant.Dispose();

    private void AddTower(Func<float, float> change)
    {
        foreach (string? name in _variant.TowerWeights.Names.Where(name => name.StartsWith("vision_model.", StringComparison.Ordinal)))
        {
            StoredTensor tensor = _variant.TowerWeights[name];
            if (tensor.Kind == TensorElementKind.Float32)
            {
                _variant.Weights["model.vision_tower.vision_tower." + name] = StoredTensor.Of(Array.ConvertAll(tensor.Floats(), value => change(value)), tensor.Shape);
            }
        }
    }
}
