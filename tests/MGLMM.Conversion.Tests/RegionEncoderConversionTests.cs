using System.Text.Json.Nodes;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Tests.Parity;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Conversion.Tests;

/// <summary>Which checkpoints get a region encoder, which do without, and which are refused.</summary>
public sealed class RegionEncoderConversionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-region-convert-").FullName;

    private string Output => Path.Combine(_folder, "bundle");

    [Theory]
    [InlineData("mlvl_fuse.fuse_convs.4.gn.weight")]
    [InlineData("mlvl_fuse.input_conv.3.bias")]
    [InlineData("roi_align.updims.weight")]
    [InlineData("roi_align.pos_embedd.2.bias")]
    public void A_missing_tensor_is_named_before_anything_is_written(string name)
    {
        string checkpoint = Copy();
        Rename(checkpoint, "region_encoder." + name, "region_encodex." + name);
        Assert.Contains("model.region_encoder." + name, Assert.Throws<ConversionException>(() => Convert(checkpoint)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void A_checkpoint_without_one_converts_and_says_so()
    {
        string checkpoint = Copy();
        Rename(checkpoint, "model.region_encoder.", "model.vision_tower.e.");
        ConversionReport report = Convert(checkpoint);
        Assert.Contains(report.Remarks, remark => remark.Contains("no region encoder", StringComparison.Ordinal));
        Assert.Null(ModelBundle.Open(Output).Manifest.RegionEncoder);
        Assert.False(File.Exists(Path.Combine(Output, "region_encoder.onnx")));
        Assert.DoesNotContain("region_encoder", File.ReadAllText(Path.Combine(Output, BundleManifest.FileName)), StringComparison.Ordinal);
    }

    /// <summary>The official code can then answer without boxes, and dies of any.</summary>
    [Fact]
    public void A_tower_of_too_few_layers_leaves_it_out_and_says_so()
    {
        string checkpoint = Copy();
        Change(checkpoint, "config.json", "mm_vision_select_layer", "-5");
        ConversionReport report = Convert(checkpoint);
        Assert.Contains(report.Remarks, remark => remark.Contains("only number 8", StringComparison.Ordinal));
        Assert.Empty(report.LeftOver);
        Assert.Null(ModelBundle.Open(Output).Manifest.RegionEncoder);
    }

    [Theory]
    [InlineData("config.json", "num_level_reg_features", "3", "num_level_reg_features")]
    [InlineData("config.json", "mm_vision_select_feature", "\"cls_patch\"", "'cls_patch'")]
    [InlineData("added_tokens.json", "<bbox>", null, "<bbox>")]
    public void What_its_own_code_cannot_run_is_refused(string file, string key, string? value, string part)
    {
        string checkpoint = Copy();
        Change(checkpoint, file, key, value);
        if (value is null)
        {
            // Ids must follow each other: another name in the same place.
            Change(checkpoint, file, "<box>", "562");
        }

        Assert.Contains(part, Assert.Throws<ConversionException>(() => Convert(checkpoint)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Theory]
    [InlineData("num_level_reg_features", null)]
    [InlineData("bbox_token_idx", "3")]
    [InlineData("bbox_token_idx", null)]
    [InlineData("with_region", "false")]
    public void What_its_own_code_overwrites_or_never_reads_decides_nothing(string key, string? value)
    {
        string checkpoint = Copy();
        Change(checkpoint, "config.json", key, value);
        Convert(checkpoint);
        BundleManifest manifest = ModelBundle.Open(Output).Manifest;
        Assert.NotNull(manifest.RegionEncoder);
        Assert.Equal(562, manifest.Tokens.Added["<bbox>"]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ConversionReport Convert(string checkpoint) => CheckpointConverter.Convert(
        new ConversionOptions { Checkpoint = checkpoint, VisionTower = GlammOracleFixture.VisionTower, Output = Output, Precision = "fp32" });

    private string Copy()
    {
        string folder = Path.Combine(_folder, "checkpoint");
        Directory.CreateDirectory(folder);
        foreach (string path in Directory.GetFiles(GlammOracleFixture.Checkpoint))
        {
            File.Copy(path, Path.Combine(folder, Path.GetFileName(path)));
        }

        return folder;
    }

    /// <summary>Gives tensors another name of the same length.</summary>
    private static void Rename(string checkpoint, string from, string to)
    {
        Assert.Equal(from.Length, to.Length);
        string path = Path.Combine(checkpoint, "pytorch_model.bin");
        byte[] bytes = File.ReadAllBytes(path);
        (byte[] old, byte[] @new) = (System.Text.Encoding.ASCII.GetBytes(from), System.Text.Encoding.ASCII.GetBytes(to));
        int renamed = 0;
        for (int at; (at = bytes.AsSpan().IndexOf(old)) >= 0; renamed++)
        {
            @new.CopyTo(bytes.AsSpan(at));
        }

        Assert.True(renamed > 0);
        File.WriteAllBytes(path, bytes);
    }

    private static void Change(string checkpoint, string file, string key, string? value)
    {
        string path = Path.Combine(checkpoint, file);
        JsonObject json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        json.Remove(key);
        if (value is not null)
        {
            json[key] = JsonNode.Parse(value);
        }

        File.WriteAllText(path, json.ToJsonString());
    }
}
