using System.Text.Json.Nodes;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Inference;

namespace MGLMM.Runtime.Tests.Engine;

/// <summary>Lines of the engine that no other test would miss.</summary>
public sealed class HeldLinesTests(OracleFixture oracle) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-held-").FullName;

    [Fact]
    public async Task Weights_that_make_no_numbers_are_said_to_be_damaged_and_answer_nothing()
    {
        Copy();

        // All bits set: not a number, in every precision.
        string weights = Path.Combine(_folder, "decoder.onnx.data");
        File.WriteAllBytes(weights, [.. Enumerable.Repeat((byte)0xFF, (int)new FileInfo(weights).Length)]);
        using MglmmModel model = MglmmModel.Load(_folder, new ModelOptions { VerifyHashes = false });
        OpenedImage image = model.OpenImage(OracleData.Image("landscape_97x61.png"));
        ModelUnavailableException damaged = await Assert.ThrowsAsync<ModelUnavailableException>(
            () => image.AskAsync("What is this?", new AskOptions { MaximumNewTokens = 4 }));
        Assert.Contains("not a number", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_on_the_device_is_told_to_end_when_its_request_is_cancelled()
    {
        using CancellationTokenSource stop = new();
        using RunGuard guard = new(RequestQueue.Alone(), stop.Token);
        Assert.False(guard.Options.Terminate);
        stop.Cancel();
        Assert.True(guard.Options.Terminate);
    }

    [Theory]
    [InlineData("global_encoder")]
    [InlineData("grounding_encoder")]
    public void A_deviation_of_zero_is_refused(string part)
    {
        Copy();
        string path = Path.Combine(_folder, BundleManifest.FileName);
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(path))!;
        manifest[part]!["standard_deviation"]![1] = 0;
        File.WriteAllText(path, manifest.ToJsonString());
        BundleException error = Assert.Throws<BundleException>(() => ModelBundle.Open(_folder));
        Assert.Contains(error.Faults, fault => fault.Contains($"'{part}.standard_deviation' must be three finite positive numbers", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Copy()
    {
        foreach (string path in Directory.GetFiles(oracle.BundleFolder))
        {
            File.Copy(path, Path.Combine(_folder, Path.GetFileName(path)));
        }
    }
}
