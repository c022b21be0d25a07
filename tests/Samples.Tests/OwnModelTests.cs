using System.Diagnostics;
using System.Text.Json.Nodes;
using MGLMM.Masks;

namespace MGLMM.Samples.Tests;

/// <summary>The sample as a user runs it: regions of one's own and a toy detector behind the tools, and no ONNX Runtime anywhere.</summary>
public sealed class OwnModelTests : IDisposable
{
    private static readonly string Sample = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", "OwnModel", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))));

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-own-model-").FullName;

    [Fact]
    public async Task It_opens_adds_combines_compares_renders_exports_and_finds()
    {
        (int exit, string output, string error) = await RunAsync();
        Assert.Equal((0, string.Empty), (exit, error));
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        (string Tool, JsonNode Result)[] results = lines.Where(line => line.Contains(" {", StringComparison.Ordinal))
            .Select(line => (Tool: line[..line.IndexOf(' ')], Result: JsonNode.Parse(line[line.IndexOf('{')..])!)).ToArray();
        Assert.Equal(
            ["open_image", "combine_regions", "compare_regions", "get_regions", "render_image", "export_regions", "export_regions", "refer", "refer"],
            results.Select(result => result.Tool));
        Assert.All(results, result => Assert.Null(result.Result["error"]));
        Assert.Equal(("img1", 640, 480), ((string)results[0].Result["image"]!, (int)results[0].Result["width_px"]!, (int)results[0].Result["height_px"]!));

        // The sun is the file, the roof the drawn path: 6318 white pixels, and some 13,000 within the triangle.
        Mask sun = MaskPng.Decode(await File.ReadAllBytesAsync(RepositoryRoot.Combine("samples", "OwnModel", "sun.png")));
        Assert.Contains($"m1 has {sun.Area} pixels", output, StringComparison.Ordinal);
        JsonArray regions = results[3].Result["regions"]!.AsArray();
        Assert.Equal(["mask file sun.png", "drawn by the user", null], regions.Select(region => (string?)region!["origin"]));
        Assert.Equal((long)regions[0]!["area_px"]! + (long)regions[1]!["area_px"]!, (long)regions[2]!["area_px"]!);

        JsonArray found = results[7].Result["regions"]!.AsArray();
        Assert.InRange(found.Count, 2, 5);
        Assert.All(found, region => Assert.Equal("orange things", (string)region!["phrase"]!));
        Assert.True((bool)results[8].Result["empty"]!);

        Assert.Equal(["a1-overlay.png", "a2-regions.json", "a3-boxes.tsv"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        JsonNode annotation = JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(_folder, "a2-regions.json")))!["annotations"]![0]!;
        Assert.Equal(sun, CocoRle.Decode((string)annotation["segmentation"]!["counts"]!, 640, 480));
        Assert.StartsWith("region\tlabel\tleft\ttop\tright\tbottom\nm1\tsun\t108\t0\t234\t113\n", await File.ReadAllTextAsync(Path.Combine(_folder, "a3-boxes.tsv")), StringComparison.Ordinal);
    }

    [Fact]
    public void No_runtime_and_no_engine_lie_beside_it()
    {
        string?[] files = Directory.GetFiles(Sample, "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToArray();
        Assert.Contains("OwnModel.dll", files);
        Assert.Contains("MGLMM.Vision.dll", files);
        Assert.DoesNotContain(files, file => file!.Contains("onnx", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("MGLMM.Runtime.dll", files);
    }

    [Fact]
    public void It_is_short() =>
        Assert.InRange(Directory.GetFiles(RepositoryRoot.Combine("samples", "OwnModel"), "*.cs").Sum(file => File.ReadLines(file).Count()), 40, 150);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(int ExitCode, string Output, string Error)> RunAsync()
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(Sample, "OwnModel.dll"), _folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
