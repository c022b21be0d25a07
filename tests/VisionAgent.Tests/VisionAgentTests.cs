using System.Diagnostics;

namespace MGLMM.Samples.VisionAgent.Tests;

/// <summary>The sample as a user runs it: a process of its own, here with its output redirected.</summary>
public sealed class VisionAgentTests(TinyModel tiny)
{
    private static readonly string Picture = OracleData.Image("landscape_97x61.png");

    [Fact]
    public async Task The_tour_goes_from_the_scene_to_parts_and_writes_pictures_in_plain_lines()
    {
        string output = Path.Combine(tiny.NewFolder(), "pictures");
        (int exit, string text, string error) = await RunAsync("--demo", "--model", tiny.BundleFolder, "--image", Picture, "--output", output);
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.DoesNotContain('\u001b', text);
        Assert.Contains("The image shows a red barn [m1] beside a small pond [m2] under the grey sky [m3].", text.Split(Environment.NewLine));
        Assert.Contains("vision.segment_and_caption(image: img1, granularity: panoptic)", text);
        Assert.Contains("vision.segment_and_caption(image: img1, granularity: part, within: m", text);
        Assert.Contains("vision.refer(image: img1, expression: a snowman)", text);
        Assert.Contains("vision.reason_segment(", text);
        Assert.Contains("| #e63946 | m1     | a red barn", text);
        Assert.Contains("what this model knows", text);
        Assert.Contains(output, text);
        string[] pictures = Directory.GetFiles(output);
        Assert.True(pictures.Length >= 2);
        Assert.All(pictures, file => Assert.Equal("PNG"u8, File.ReadAllBytes(file).AsSpan(1, 3)));
    }

    [Fact]
    public async Task One_request_is_planned_carried_out_and_answered()
    {
        string output = Path.Combine(tiny.NewFolder(), "pictures");
        (int exit, string text, string error) = await RunAsync(
            "--model", tiny.BundleFolder, "--image", Picture, "--ask", "Describe the scene and export everything as geojson.", "--output", output);
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.DoesNotContain('\u001b', text);
        Assert.Contains("Planning: offline planner (rules, no language model).", text);
        Assert.Contains("The image shows a red barn [m1] beside a small pond [m2] under the grey sky [m3].", text.Split(Environment.NewLine));
        Assert.Contains("vision_output.export_regions(set: s1, format: geojson)", text);
        Assert.Contains("what the vision model knows", text);
        string?[] files = Directory.GetFiles(output).Select(Path.GetExtension).Order().ToArray();
        Assert.Equal([".geojson", ".png"], files);
    }

    [Fact]
    public async Task What_is_not_there_is_said_once()
    {
        (int exit, string text, string error) = await RunAsync(
            "--model", tiny.BundleFolder, "--image", Picture, "--ask", "Can you segment the dog in this image?", "--output", Path.Combine(tiny.NewFolder(), "none"));
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("Sorry, I don't see any dog in this image.", text);
        Assert.Equal(2, text.Split("vision.refer(").Length);
    }

    [Fact]
    public async Task Without_arguments_it_shows_what_it_can_do()
    {
        (int exit, string text, string error) = await RunAsync("--output", Path.Combine(tiny.NewFolder(), "example"));
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("> Describe the scene, then the parts of the house, and outline the largest tree.", text);
        Assert.Contains("granularity: part", text);
        Assert.Contains("style: outline", text);
        Assert.Contains("Done in", text);

        // As many regions are told of as the words have, those that the short result leaves out included.
        string described = text.Split(Environment.NewLine).First(line => line.StartsWith("The picture shows", StringComparison.Ordinal));
        Assert.Contains($"    {described.Split("[m").Length - 1} regions in s1: m1 ... m", text);
    }

    [Fact]
    public async Task A_chat_can_be_kept_and_gone_on_with_in_a_new_process()
    {
        string folder = tiny.NewFolder();
        string[] arguments = ["--model", tiny.BundleFolder, "--image", Picture, "--output", Path.Combine(folder, "out")];
        string kept = Path.Combine(folder, "kept");
        (int exit, string text, string error) = await ChatAsync(arguments, "Describe the scene.", "/regions", "/save " + kept);
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("| #e63946 | m1     | a red barn", text);
        Assert.Contains("1 picture, 3 regions", text);

        (exit, text, error) = await ChatAsync(arguments, "/open " + kept, "/regions", "Outline m2.", "/nonsense", "/open " + folder);
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("Going on with 1 picture and 3 regions", text);
        Assert.Contains("| #1e88e5 | m2     | a small pond", text);
        Assert.Contains("regions: m2, style: outline", text);
        Assert.Contains("There is no command '/nonsense'", text);
        Assert.Contains("cannot be opened", text);
    }

    [Fact]
    public async Task The_demo_runs_with_what_comes_with_it()
    {
        (int exit, string text, string error) = await RunAsync("--demo", "--output", Path.Combine(tiny.NewFolder(), "demo"));
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("Done in", text);
    }

    [Theory]
    [InlineData(0, "", "--help")]
    [InlineData(2, "--help", "--nonsense")]
    [InlineData(2, "none.png", "--image", "none.png")]
    [InlineData(2, "exclude", "--demo", "--ask", "What?")]
    [InlineData(2, "empty", "--ask", " ")]
    [InlineData(2, "mglmm convert", "--image", "MGLMM.Vision.dll", "--model", ".")]
    public async Task Mistakes_are_one_line_with_the_way_out(int expected, string hint, params string[] arguments)
    {
        (int exit, _, string error) = await RunAsync(arguments);
        Assert.Equal(expected, exit);
        if (expected != 0)
        {
            Assert.StartsWith("error: ", error);
            Assert.Single(error.TrimEnd().Split('\n'));
            Assert.Contains(hint, error);
        }
    }

    [Fact]
    public async Task A_file_that_is_no_picture_is_refused()
    {
        (int exit, _, string error) = await RunAsync("--model", tiny.BundleFolder, "--image", "MGLMM.Vision.dll");
        Assert.Equal(2, exit);
        Assert.Contains("PNG, JPEG or WebP", error);
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => ChatAsync(arguments);

    private static async Task<(int ExitCode, string Output, string Error)> ChatAsync(string[] arguments, params string[] lines)
    {
        ProcessStartInfo information = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "VisionAgent.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (string name in (string[])["OPENAI_API_KEY", "OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT"])
        {
            information.Environment.Remove(name);
        }

        using Process process = Process.Start(information)!;
        foreach (string line in lines)
        {
            await process.StandardInput.WriteLineAsync(line);
        }

        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
