using System.Diagnostics;
using System.Text.Json;
using MGLMM.Conversion;
using MGLMM.Hub.StandIn;

namespace MGLMM.Cli.Tests;

/// <summary><c>mglmm pull</c> and <c>mglmm models</c> in processes of their own, against a hub on loopback.</summary>
public sealed class PullTests : IAsyncDisposable
{
    private const string TowerId = "org/clip-vit-tiny-patch14-56";

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-pull-").FullName;
    private readonly StandInHub _hub = new();

    public PullTests()
    {
        RandomCheckpoint.Make(
            Checkpoint,
            Tower,
            Path.Combine(OracleData.ConfigurationA, "mglmm-tiny-A"),
            Path.Combine(OracleData.ConfigurationA, "clip-vit-tiny-patch14-56"),
            hidden: 128,
            layers: 8,
            shards: 4,
            TowerId);
        _hub.Models["org/tiny-glamm"] = new StandInModel { Licence = "apache-2.0" }.Add(Checkpoint);
        _hub.Models[TowerId] = new StandInModel().Add(Tower);
    }

    private string Checkpoint => Path.Combine(_folder, "checkpoint");

    private string Tower => Path.Combine(_folder, "tower");

    private string Home => Path.Combine(_folder, "home");

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Killed_three_times_on_the_way_it_ends_with_the_same_bundle_and_the_model_s_name_finds_it()
    {
        foreach (string shard in (string[])["00001-of", "00003-of", "00004-of"])
        {
            // Killed while this shard is on its way, as 'kill -9' kills.
            TaskCompletionSource<Process> killed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _hub.Fault = request =>
            {
                if (request.IsStore && request.Path.Contains(shard, StringComparison.Ordinal) && request.To == FileOf(request).Length - 1)
                {
                    killed.Task.Result.Kill();
                }

                return null;
            };
            using Process process = Start("pull", "org/tiny-glamm");
            killed.SetResult(process);
            await process.WaitForExitAsync();
            Assert.NotEqual(0, process.ExitCode);
        }

        _hub.Fault = null;
        (int exit, string output, string error) = await RunAsync("pull", "org/tiny-glamm");
        Assert.True(exit == 0, error);
        Assert.DoesNotContain("begins again", error, StringComparison.Ordinal);
        Assert.Contains("licence: apache-2.0", output, StringComparison.Ordinal);

        string expected = Path.Combine(_folder, "expected");
        CheckpointConverter.Convert(new ConversionOptions { Checkpoint = Checkpoint, VisionTower = Tower, Output = expected, Name = "tiny-glamm", Licence = "apache-2.0" });
        string bundle = Directory.GetDirectories(Path.Combine(Home, "mglmm", "org--tiny-glamm")).Single();
        foreach (string path in Directory.EnumerateFiles(expected))
        {
            Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(bundle, Path.GetFileName(path)))), $"{Path.GetFileName(path)} differs.");
        }

        (exit, output, error) = await RunAsync(
            "ask", "--model", "org/tiny-glamm", "--image", OracleData.Image("landscape_97x61.png"), "--instruction", "What is this?", "--max-new-tokens", "2", "--json", "-");
        Assert.True(exit == 0, error);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);

        (exit, output, _) = await RunAsync("models");
        Assert.Equal(0, exit);
        foreach (string part in (string[])["org/tiny-glamm", bundle, "MBZUAI/GLaMM-FullScope", "xinlai/LISA-13B-llama2-v1", "openai/clip-vit-large-patch14-336", "apache-2.0", "unknown"])
        {
            Assert.Contains(part, output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("org/none", 2, "has no public 'org/none'")]
    [InlineData("none", 2, "is no model of a hub")]
    [InlineData("org/tiny-glamm@v9", 2, "no revision 'v9'")]
    public async Task What_cannot_be_pulled_is_one_line_with_the_way_out(string model, int code, string words)
    {
        (int exit, _, string error) = await RunAsync("pull", model, "--output", Path.Combine(_folder, "bundle"));
        Assert.Equal(code, exit);
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.Empty(Directory.GetDirectories(_folder, ".bundle*"));
    }

    [Fact]
    public async Task A_name_that_was_not_pulled_says_how_to()
    {
        (int exit, _, string error) = await RunAsync("ask", "--model", "org/tiny-glamm", "--image", OracleData.Image("landscape_97x61.png"), "--instruction", "What is this?");
        Assert.Equal(2, exit);
        Assert.Contains("mglmm pull org/tiny-glamm", error, StringComparison.Ordinal);
    }

    private StandInFile FileOf(StandInRequest request) =>
        _hub.Models.Values.SelectMany(model => model.Files).First(file => request.Path.Contains(file.Key, StringComparison.Ordinal)).Value;

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using Process process = Start(arguments);
        (Task<string> output, Task<string> error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    private Process Start(params string[] arguments)
    {
        ProcessStartInfo information = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "mglmm.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string? name in information.Environment.Keys.Where(name => name.StartsWith("HF_", StringComparison.Ordinal)).ToArray())
        {
            information.Environment.Remove(name);
        }

        information.Environment["HF_ENDPOINT"] = _hub.Endpoint.AbsoluteUri;
        information.Environment["HF_HOME"] = Home;
        return Process.Start(information)!;
    }
}
