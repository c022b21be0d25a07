using System.Text.Json;
using MGLMM.Runtime;

namespace MGLMM.Conversion.Tests.Parity;

/// <summary>
/// A region encoder of other sizes than the oracle's: one channel a group, 5 x 5 cells, 11 layers, other widths of regions and positions. The truth is
/// PyTorch's (data/variants/make_region_variant.py, which is first held against GLaMM's own numbers).
/// </summary>
public sealed class RegionVariantParityTests : IDisposable
{
    private static readonly string Data = RepositoryRoot.Combine("tests", "MGLMM.Conversion.Tests", "data", "variants");

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-region-variant-").FullName;

    [Fact]
    public async Task A_variant_answers_as_PyTorch_does()
    {
        string output = Path.Combine(_folder, "bundle");
        ConversionReport report = CheckpointConverter.Convert(new ConversionOptions
        {
            Checkpoint = Path.Combine(Data, "glamm-regions", "checkpoint"),
            VisionTower = Path.Combine(Data, "glamm-regions", "clip-vit-variant-patch14-70"),
            Output = output,
            Precision = "fp32",
        });
        Assert.Equal("glamm", report.Family);
        Assert.Empty(report.LeftOver);
        using MglmmModel model = MglmmModel.Load(output);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Data, "expected-regions.json")));
        foreach (JsonElement dialogue in expected.RootElement.EnumerateArray())
        {
            Dialogue asked = model.OpenImage(OracleData.Image(dialogue.GetProperty("image").GetString()!)).StartDialogue();
            foreach (JsonElement turn in dialogue.GetProperty("turns").EnumerateArray())
            {
                RegionBox[] boxes = turn.GetProperty("boxes").EnumerateArray().Select(Numbers).Select(box => new RegionBox(box[0], box[1], box[2], box[3])).ToArray();
                GroundedAnswer answer = await asked.AskAsync(
                    turn.GetProperty("question").GetString()!, new AskOptions { MaximumNewTokens = 14, Regions = boxes, IncludeRegionFeatures = true });
                Assert.Equal(turn.GetProperty("prompt").GetString(), answer.Prompt);
                Assert.Equal(turn.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), answer.TokenIds);
                Assert.Equal(turn.GetProperty("text").GetString(), answer.Text);
                Assert.Equal(turn.GetProperty("masks").GetArrayLength(), answer.Segments.Count);
                float[] features = turn.GetProperty("region_features").EnumerateArray().SelectMany(Numbers).Select(value => (float)value).ToArray();
                Closeness.Assert(features, answer.RegionFeatures!.SelectMany(row => row.ToArray()).ToArray(), 1e-4);
            }
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static double[] Numbers(JsonElement row) => [.. row.EnumerateArray().Select(value => value.GetDouble())];
}
