using System.Text.Json.Nodes;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Preprocessing;

namespace MGLMM.Runtime.Tests.Bundles;

/// <summary>Loading refuses what is not exactly what was written, and names each fault.</summary>
public sealed class ModelBundleTests(OracleFixture oracle) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-bundle-").FullName;

    private string Manifest => Path.Combine(_folder, BundleManifest.FileName);

    [Fact]
    public void A_sound_bundle_opens()
    {
        ModelBundle bundle = ModelBundle.Open(Copy());
        Assert.Equal("mglmm", bundle.Manifest.Family);
        Assert.Equal(604, bundle.Manifest.Tokens.Segment);
        Assert.Equal(128, bundle.Manifest.GroundingEncoder.ImageSize);
    }

    [Fact]
    public void A_changed_file_is_named()
    {
        string path = Path.Combine(Copy(), "decoder.onnx.data");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        AssertFault("decoder.onnx.data", "SHA-256");

        // A trusted folder may skip the hashes, not the lengths.
        Assert.NotNull(ModelBundle.Open(_folder, verifyHashes: false));
        File.WriteAllBytes(path, bytes[..^1]);
        Assert.Contains("decoder.onnx.data", Assert.Throws<BundleException>(() => ModelBundle.Open(_folder, verifyHashes: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_missing_file_is_named()
    {
        Copy();
        File.Delete(Path.Combine(_folder, "tokenizer.model"));
        File.Delete(Path.Combine(_folder, "mask_decoder.onnx"));
        BundleException error = Assert.Throws<BundleException>(() => ModelBundle.Open(_folder));
        Assert.Equal(2, error.Faults.Count);
        AssertFault("tokenizer.model", "missing");
    }

    [Fact]
    public void A_link_is_refused_even_to_the_right_bytes()
    {
        Copy();
        string path = Path.Combine(_folder, "tokenizer.model");
        File.Delete(path);
        File.CreateSymbolicLink(path, Path.Combine(oracle.BundleFolder, "tokenizer.model"));
        AssertFault("tokenizer.model", "link");
    }

    /// <summary>Within a format version members are only added: a bundle from before all of them means what it meant (docs/bundle-format.md).</summary>
    [Fact]
    public void A_bundle_as_the_first_version_wrote_it_opens()
    {
        string[] since = ["region_encoder", "languages", "vocabulary", "meanings", "tokens.legacy", "tokens.stripping", "conversation.unescape_entities"];
        Edit(manifest =>
        {
            foreach (string path in since)
            {
                string[] names = path.Split('.');
                names.SkipLast(1).Aggregate<string, JsonNode>(manifest, (node, name) => node[name]!).AsObject().Remove(names[^1]);
            }

            Assert.Equal(
                ["accelerator", "conversation", "decoder", "family", "files", "format_version", "global_encoder", "granularities", "grounding_encoder", "instructions", "licence", "mask_decoder", "model_card", "name", "precision", "tokens"],
                manifest.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
        });
        Assert.Equal(604, ModelBundle.Open(_folder).Manifest.Tokens.Segment);
    }

    [Fact]
    public void A_member_of_a_later_version_is_named()
    {
        Edit(manifest => manifest["speech_encoder"] = "speech.onnx");
        AssertFault("speech_encoder", "take the version of this program that wrote it");
    }

    [Theory]
    [InlineData("../tokenizer.model")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("C:/windows")]
    [InlineData("a\\b")]
    [InlineData("")]
    public void Paths_outside_the_folder_are_refused(string path)
    {
        Edit(manifest => manifest["files"]![0]!["path"] = path);
        AssertFault("not a plain relative path", path);
    }

    [Fact]
    public void A_reference_must_match_a_listed_file_to_the_letter()
    {
        Edit(manifest => manifest["decoder"]!["embeddings"] = "TOKEN_embeddings.bin");
        AssertFault("TOKEN_embeddings.bin", "does not list");
    }

    [Theory]
    [InlineData("name", "mglmm\u001b[2J", "control character")]
    [InlineData("conversation.user_role", "<image>", "<image>")]
    [InlineData("conversation.image_sentence", "no picture", "<image>")]
    public void Words_that_cannot_be_are_named(string path, string value, string expected)
    {
        Edit(manifest =>
        {
            string[] names = path.Split('.');
            JsonNode parent = names.SkipLast(1).Aggregate<string, JsonNode>(manifest, (node, name) => node[name]!);
            parent[names[^1]] = value;
        });
        AssertFault(expected);
    }

    /// <summary>The sentences and words of a manifest are printed too.</summary>
    [Theory]
    [InlineData("instructions", "{\"refer\": [\"Where is {expression}?\", \"\\u001b[2J\"]}")]
    [InlineData("instructions", "{\"re\\u0007fer\": []}")]
    [InlineData("meanings", "{\"animal\": [\"cat\", \"do\\u009bg\"]}")]
    public void Control_characters_in_lists_are_named(string name, string value)
    {
        Edit(manifest => manifest[name] = JsonNode.Parse(value));
        AssertFault(name, "control character");
    }

    /// <summary>A card beside a checkpoint is looked at before there are files.</summary>
    [Fact]
    public void Null_in_a_list_is_told_before_there_are_files_too()
    {
        BundleManifest manifest = ModelBundle.Open(Copy()).Manifest with { Files = [], Instructions = new Dictionary<string, IReadOnlyList<string>> { ["ask"] = null! } };
        Assert.Contains("holds null", Assert.Single(ManifestRules.CheckDescription(manifest)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("files", "[null]")]
    [InlineData("granularities", "[null]")]
    [InlineData("languages", "[null]")]
    [InlineData("vocabulary", "[\"barn\", null]")]
    [InlineData("meanings", "{\"animal\": null}")]
    [InlineData("meanings", "{\"animal\": [null]}")]
    [InlineData("instructions", "{\"ask\": [null]}")]
    public void Null_in_a_list_is_told_as_a_fault(string name, string value)
    {
        Edit(manifest => manifest[name] = JsonNode.Parse(value));
        AssertFault("holds null");
    }

    [Theory]
    [InlineData("format_version", 2, "format version is 2; this program reads version 1; a newer one wrote it")]
    [InlineData("format_version", 0, "format version is 0; this program reads version 1.")]
    [InlineData("decoder.layer_count", 0, "decoder.layer_count")]
    [InlineData("decoder.hidden_size", -4, "decoder.hidden_size")]
    [InlineData("grounding_encoder.grid_size", 65536, "grounding embedding")]
    [InlineData("mask_decoder.logits_size", 65536, "logits")]
    [InlineData("tokens.segment", 99999, "tokens.segment")]
    [InlineData("global_encoder.token_count", 4096, "leaves no room")]
    public void A_number_that_cannot_be_is_named(string path, int value, string expected)
    {
        Edit(manifest =>
        {
            string[] names = path.Split('.');
            JsonNode parent = names.SkipLast(1).Aggregate<string, JsonNode>(manifest, (node, name) => node[name]!);
            parent[names[^1]] = value;
        });
        AssertFault(expected);
    }

    [Theory]
    [InlineData("grid_size", "0", "region_encoder.grid_size")]
    [InlineData("channels", "-1", "region_encoder.channels")]
    [InlineData("grid_size", "60000", "pyramid")]
    [InlineData("graph", "\"none.onnx\"", "does not list")]
    [InlineData("pyramid_graph", "\"../none.onnx\"", "does not list")]
    [InlineData("channels", "64", "'<bbox>'")]
    public void A_region_encoder_that_cannot_be_is_named(string name, string value, string expected)
    {
        Edit(manifest =>
        {
            manifest["region_encoder"] = new JsonObject { ["pyramid_graph"] = "decoder.onnx", ["graph"] = "decoder.onnx", ["grid_size"] = 4, ["channels"] = 64 };
            manifest["region_encoder"]![name] = JsonNode.Parse(value);
            if (expected == "'<bbox>'")
            {
                manifest["tokens"]!["added"]!.AsObject().Remove("<bbox>");
            }
        });
        AssertFault(expected);
    }

    /// <summary>A number that another part of the manifest does not contradict is held against the graphs.</summary>
    [Theory]
    [InlineData("decoder.layer_count", 3, "past_key_values.2.key")]
    [InlineData("decoder.layer_count", 100_000, "past_key_values.2.key")]
    [InlineData("decoder.layer_count", 1, "has 2 layers")]
    [InlineData("decoder.head_count", 2, "num_heads 4")]
    [InlineData("decoder.key_value_head_count", 2, "past_key_values.0.key")]
    [InlineData("decoder.head_size", 32, "past_key_values.0.key")]
    [InlineData("decoder.maximum_length", 513, "512 positions")]
    [InlineData("global_encoder.image_size", 112, "pixel_values")]
    [InlineData("global_encoder.token_count", 17, "image_tokens")]
    [InlineData("grounding_encoder.image_size", 256, "pixel_values")]
    [InlineData("grounding_encoder.grid_size", 16, "image_embeddings")]
    [InlineData("grounding_encoder.channels", 64, "image_embeddings")]
    [InlineData("mask_decoder.logits_size", 64, "low_res_masks")]
    public void A_number_that_the_graphs_contradict_is_named(string path, int value, string expected)
    {
        Edit(manifest =>
        {
            string[] names = path.Split('.');
            manifest[names[0]]![names[1]] = value;
        });
        AssertFault("The graph '", expected);
    }

    [Fact]
    public void Graphs_in_each_others_place_are_named()
    {
        Edit(manifest => (manifest["global_encoder"]!["graph"], manifest["grounding_encoder"]!["graph"]) = ("grounding_encoder.onnx", "global_encoder.onnx"));
        AssertFault("The graph 'grounding_encoder.onnx'", "image_tokens");
    }

    /// <summary>Hashes cover what the manifest lists; weights that a graph takes from elsewhere would be covered by none.</summary>
    [Fact]
    public void Weights_that_the_manifest_does_not_list_are_refused()
    {
        Edit(manifest =>
        {
            JsonArray files = manifest["files"]!.AsArray();
            files.Remove(files.First(file => (string)file!["path"]! == "decoder.onnx.data"));
        });
        AssertFault("The graph 'decoder.onnx'", "'decoder.onnx.data'", "no hash");
    }

    [Fact]
    public void Weights_outside_the_folder_are_refused()
    {
        Copy();
        string path = Path.Combine(_folder, "decoder.onnx");
        byte[] graph = File.ReadAllBytes(path);
        for (int at; (at = graph.AsSpan().IndexOf("decoder.onnx.data"u8)) >= 0;)
        {
            "../../../etc/x.dt"u8.CopyTo(graph.AsSpan(at));
        }

        File.WriteAllBytes(path, graph);
        Assert.Contains("../../../etc/x.dt", Assert.Throws<BundleException>(() => ModelBundle.Open(_folder, verifyHashes: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_beyond_their_files_end_are_refused()
    {
        Copy();
        string path = Path.Combine(_folder, "decoder.onnx.data");
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^1]);
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(Manifest))!;
        manifest["files"]!.AsArray().First(file => (string)file!["path"]! == "decoder.onnx.data")!["length"] = bytes.Length - 1;
        File.WriteAllText(Manifest, manifest.ToJsonString());
        Assert.Contains($"reads {bytes.Length} bytes", Assert.Throws<BundleException>(() => ModelBundle.Open(_folder, verifyHashes: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_graphs_never_do_more_than_a_named_refusal()
    {
        string path = Path.Combine(Copy(), "mask_decoder.onnx");
        byte[] original = File.ReadAllBytes(path);
        int count = int.TryParse(Environment.GetEnvironmentVariable("MGLMM_FUZZ_COUNT"), out int asked) ? asked : 400;
        Random random = new(7);
        for (int index = 0; index < count; index++)
        {
            byte[] bytes = (byte[])original.Clone();
            for (int flips = random.Next(1, 6); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, bytes);
            try
            {
                ModelBundle.Open(_folder, verifyHashes: false);
            }
            catch (BundleException exception)
            {
                Assert.NotEmpty(exception.Faults);
            }
        }
    }

    [Fact]
    public void A_folder_without_a_manifest_says_how_bundles_are_made() =>
        Assert.Contains("mglmm convert", Assert.Throws<BundleException>(() => ModelBundle.Open(_folder)).Message, StringComparison.Ordinal);

    [Fact]
    public void Damaged_manifests_never_do_more_than_a_named_refusal()
    {
        byte[] original = File.ReadAllBytes(Path.Combine(Copy(), BundleManifest.FileName));
        int count = int.TryParse(Environment.GetEnvironmentVariable("MGLMM_FUZZ_COUNT"), out int asked) ? asked : 1500;
        Random random = new(20260711);
        int refused = 0;
        for (int index = 0; index < count; index++)
        {
            File.WriteAllBytes(Manifest, Mutate(original, random));
            try
            {
                ModelBundle.Open(_folder, verifyHashes: false);
            }
            catch (BundleException exception)
            {
                Assert.NotEmpty(exception.Faults);
                refused++;
            }
        }

        Assert.InRange(refused, count / 2, count);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[] Mutate(byte[] original, Random random)
    {
        string text = System.Text.Encoding.UTF8.GetString(original);
        switch (random.Next(6))
        {
            case 0:
                byte[] bytes = (byte[])original.Clone();
                for (int flips = random.Next(1, 8); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                return bytes;
            case 1:
                return original[..random.Next(original.Length)];
            case 2:
                // A value becomes null, a number, an empty object or a huge one.
                string[] lines = text.Split('\n');
                int line = random.Next(lines.Length);
                int colon = lines[line].IndexOf(':', StringComparison.Ordinal);
                if (colon > 0)
                {
                    string[] values = ["null", "-1", "1e308", "{}", "[]", "[null]", "\"\"", "true", "99999999999999999999"];
                    lines[line] = lines[line][..(colon + 1)] + " " + values[random.Next(values.Length)] + (lines[line].TrimEnd().EndsWith(',') ? "," : string.Empty);
                }
                else
                {
                    lines[line] = string.Empty;
                }

                return System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines));
            case 3:
                int start = random.Next(text.Length);
                int length = random.Next(1, Math.Min(64, text.Length - start + 1));
                return System.Text.Encoding.UTF8.GetBytes(text.Remove(start, length));
            case 4:
                int from = random.Next(text.Length - 1);
                string part = text.Substring(from, Math.Min(random.Next(1, 64), text.Length - from));
                return System.Text.Encoding.UTF8.GetBytes(text.Insert(random.Next(text.Length), part));
            default:
                return System.Text.Encoding.UTF8.GetBytes(text.Insert(random.Next(text.Length), new string('[', random.Next(1, 2000))));
        }
    }

    private string Copy()
    {
        foreach (string path in Directory.GetFiles(oracle.BundleFolder))
        {
            File.Copy(path, Path.Combine(_folder, Path.GetFileName(path)));
        }

        return _folder;
    }

    private void Edit(Action<JsonNode> change)
    {
        Copy();
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(Manifest))!;
        change(manifest);
        File.WriteAllText(Manifest, manifest.ToJsonString());
    }

    private void AssertFault(params string[] parts)
    {
        BundleException error = Assert.Throws<BundleException>(() => ModelBundle.Open(_folder));
        Assert.Contains(error.Faults, fault => parts.All(part => fault.Contains(part, StringComparison.Ordinal)));
    }
}
