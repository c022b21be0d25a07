using System.Text.Json;
using MGLMM.Masks;
using MGLMM.Runtime;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Conversion.Tests.Parity;

/// <summary>
/// Checkpoints of other shapes and families than the oracle's: bf16 in shards, odd widths, a window that does not divide the
/// grid, a full CLIP model as the vision tower, GLaMM's and LISA's names. The truth is PyTorch's (data/variants/make_variants.py).
/// </summary>
public sealed class VariantParityTests : IDisposable
{
    private static readonly string Data = RepositoryRoot.Combine("tests", "MGLMM.Conversion.Tests", "data", "variants");

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-variant-").FullName;

    /// <summary>LISA's class sets <c>patch</c> before it builds the tower that answers.</summary>
    [Fact]
    public void Lisa_takes_the_patches_alone_whatever_its_configuration_says()
    {
        string checkpoint = CheckpointCopy.Make(Path.Combine(Data, "lisa", "checkpoint"), Path.Combine(_folder, "checkpoint"));
        CheckpointCopy.Change(checkpoint, "config.json", "mm_vision_select_feature", "\"cls_patch\"");
        string output = Path.Combine(_folder, "bundle");
        CheckpointConverter.Convert(new ConversionOptions { Checkpoint = checkpoint, VisionTower = Path.Combine(Data, "lisa", "clip-vit-variant-patch14-70"), Output = output, Precision = "fp32" });
        Assert.Equal(25, ModelBundle.Open(output).Manifest.GlobalEncoder.TokenCount);
    }

    [Theory]
    [InlineData("mglmm-bf16-sharded", "mglmm")]
    [InlineData("glamm", "glamm")]
    [InlineData("lisa", "lisa")]
    [InlineData("lisa, legacy false", "lisa")]
    public async Task A_variant_answers_as_PyTorch_does(string expectation, string family)
    {
        string output = Path.Combine(_folder, "bundle");
        string name = expectation.Split(',')[0];
        string checkpoint = CheckpointCopy.Make(Path.Combine(Data, name, "checkpoint"), Path.Combine(_folder, "checkpoint"));
        if (expectation != name)
        {
            CheckpointCopy.Change(checkpoint, "tokenizer_config.json", "legacy", "false");
        }

        ConversionReport report = CheckpointConverter.Convert(new ConversionOptions
        {
            Checkpoint = checkpoint,
            VisionTower = Path.Combine(Data, name, "clip-vit-variant-patch14-70"),
            Output = output,
            Precision = "fp32",
        });
        Assert.Equal(family, report.Family);
        Assert.Empty(report.LeftOver);
        using MglmmModel model = MglmmModel.Load(output);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Data, "expected.json")));
        Dialogue? dialogue = null;
        foreach (JsonElement turn in expected.RootElement.GetProperty(expectation).EnumerateArray())
        {
            if (turn.GetProperty("turn").GetInt32() == 0)
            {
                dialogue = model.OpenImage(OracleData.Image(turn.GetProperty("image").GetString()!)).StartDialogue();
            }

            GroundedAnswer answer = await dialogue!.AskAsync(turn.GetProperty("question").GetString()!, new AskOptions { MaximumNewTokens = 14 });
            Assert.Equal(turn.GetProperty("prompt").GetString(), answer.Prompt);
            Assert.Equal(turn.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), answer.TokenIds);
            Assert.Equal(turn.GetProperty("text").GetString(), answer.Text);
            JsonElement[] masks = turn.GetProperty("masks").EnumerateArray().ToArray();
            Assert.Equal(masks.Length, answer.Segments.Count);
            for (int index = 0; index < masks.Length; index++)
            {
                Mask mask = answer.Segments[index].Mask;
                Mask truth = CocoRle.Decode(masks[index].GetProperty("counts").GetString()!, mask.Width, mask.Height);
                long undecided = turn.GetProperty("pixels_below_2e-3")[index].GetInt64();
                Assert.InRange(mask.Union(truth).Area - mask.IntersectionArea(truth), 0, undecided);
                Assert.True(mask.IntersectionOverUnion(truth) > 0.99);
            }
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
