using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Masks;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Cli.Tests;

/// <summary>The tool's contract: names, JSON keys, exit codes, one line of error with the way out.</summary>
public sealed class ToolTests(OracleFixture oracle) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-tool-").FullName;

    private static string Picture => OracleData.Image("landscape_97x61.png");

    [Fact]
    public async Task Ask_prints_the_whole_dialogue_as_json()
    {
        string[] cases = ["landscape_97x61__gcg", "landscape_97x61__followup"];
        string overlay = Path.Combine(_folder, "new", "overlay.png");
        (int exit, string output, string error) = await Tool.RunAsync(
            "ask", "--model", oracle.BundleFolder, "--image", Picture, "--instruction", Question(cases[0]), "--max-new-tokens", "48",
            "--follow-up", Question(cases[1]), "--json", "-", "--overlay", overlay);
        Assert.Equal((0, string.Empty), (exit, error));
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.Equal(2, json.RootElement.GetArrayLength());
        for (int turn = 0; turn < cases.Length; turn++)
        {
            AssertTurn(cases[turn], json.RootElement[turn]);
        }

        byte[] png = await File.ReadAllBytesAsync(overlay);
        Assert.Equal("PNG", System.Text.Encoding.ASCII.GetString(png, 1, 3));
    }

    [Theory]
    [InlineData("ask", "--image", "picture.png", "--instruction", "hi")]
    [InlineData("evaluate", "segcap.jsonl")]
    [InlineData("mcp")]
    [InlineData("serve")]
    public async Task Threads_are_checked_by_every_command_that_loads_a_model(params string[] command)
    {
        (int exit, _, string error) = await Tool.RunAsync([.. command, "--threads", "-1"]);
        Assert.NotEqual(0, exit);
        Assert.Contains("--threads is -1; it must be 0 (one per core for a large model) or more.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--conversation-age is -7.00:00:00; give a time above zero.", "worker", "--cluster", "redis://127.0.0.1:1", "--conversation-age=-7")]
    [InlineData("--conversation-age is -12:00:00; give a time above zero.", "serve", "--cluster", "redis://127.0.0.1:1", "--conversation-age=-12:00:00")]
    [InlineData("--conversation-age needs --cluster", "serve", "--conversation-age", "7")]
    public async Task The_age_of_conversations_is_a_clusters_and_above_zero(string expected, params string[] command)
    {
        (int exit, _, string error) = await Tool.RunAsync([.. command]);
        AssertError(2, expected, exit, error);
    }

    [Fact]
    public async Task Ask_prints_one_turn_as_one_object_and_text_without_json()
    {
        string question = Question("landscape_97x61__referring");
        (int exit, string output, _) = await Tool.RunAsync("ask", "--model", oracle.BundleFolder, "--image", Picture, "--instruction", question, "--threads", "2", "--unload-encoders", "--json", "-");
        Assert.Equal(0, exit);
        using JsonDocument json = JsonDocument.Parse(output);
        AssertTurn("landscape_97x61__referring", json.RootElement);

        (exit, output, _) = await Tool.RunAsync("ask", "--model", oracle.BundleFolder, "--image", Picture, "--instruction", question);
        Assert.Equal(0, exit);
        Assert.Contains("Sure, it is red barn.", output, StringComparison.Ordinal);

        // Where the answer shall go is looked at before minutes are spent on it.
        string written = Path.Combine(_folder, "answers", "first.json");
        (exit, output, _) = await Tool.RunAsync("ask", "--model", oracle.BundleFolder, "--image", Picture, "--instruction", question, "--json", written);
        Assert.Equal(0, exit);
        Assert.True(File.Exists(written));
        (exit, _, string error) = await Tool.RunAsync("ask", "--model", oracle.BundleFolder, "--image", Picture, "--instruction", question, "--json", Path.GetDirectoryName(written)!);
        Assert.Equal(2, exit);
        Assert.Contains("is a folder. Name a file in it.", error, StringComparison.Ordinal);
        Assert.Contains("red barn", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beginning_anew_for_huge_pages_loses_no_word_of_the_command_line()
    {
        if (!OperatingSystem.IsLinux() || !File.ReadAllText("/sys/kernel/mm/transparent_hugepage/enabled").Contains("[madvise]", StringComparison.Ordinal))
        {
            Assert.Skip("This system does not give huge pages on request.");
        }

        string question = Question("landscape_97x61__referring");
        using Process process = Tool.Start(
            [("MGLMM_HUGE_PAGES", "1")], ["ask", "--model", oracle.BundleFolder, "--image", Picture, "--instruction", question, "--json", "-", "--max-new-tokens", "64", "--regions", ""]);
        Task<(int ExitCode, string Output, string Error)> end = Tool.EndAsync(process);
        bool isNew = false;
        while (!isNew && !end.IsCompleted)
        {
            try
            {
                isNew = (await File.ReadAllTextAsync($"/proc/{process.Id}/environ")).Contains("GLIBC_TUNABLES=glibc.malloc.hugetlb=1", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        (int exit, string output, string error) = await end;
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.True(isNew, "It did not begin anew.");
        using JsonDocument json = JsonDocument.Parse(output);
        AssertTurn("landscape_97x61__referring", json.RootElement);
    }

    [Fact]
    public async Task Convert_inspect_and_ask_work_one_after_the_other()
    {
        string bundle = Path.Combine(_folder, "bundle");
        (int exit, string output, string error) = await Tool.RunAsync(
            "convert", oracle.Checkpoint, "--vision-tower", oracle.VisionTower, "--output", bundle, "--precision", "fp32", "--licence", "MIT");
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("mglmm, fp32 for cpu", output.ReplaceLineEndings(" "), StringComparison.Ordinal);

        (exit, output, _) = await Tool.RunAsync("inspect", bundle);
        Assert.Equal(0, exit);
        foreach (string part in (string[])["MIT", "panoptic, instance, part", "decoder.onnx", "all hashes verified", "[SEG] 604", "{question} Please output segmentation mask."])
        {
            Assert.Contains(part, output, StringComparison.Ordinal);
        }

        // A second conversion to the same place is refused and changes nothing.
        (exit, _, error) = await Tool.RunAsync("convert", oracle.Checkpoint, "--vision-tower", oracle.VisionTower, "--output", bundle);
        AssertError(2, "--force", exit, error);
        (exit, _, _) = await Tool.RunAsync("inspect", bundle);
        Assert.Equal(0, exit);
    }

    /// <summary>A foreign bundle may list a task without a sentence, which is no task of the model's, and sentences that would steer a terminal.</summary>
    [Fact]
    public async Task Inspect_passes_over_a_task_without_a_sentence_and_refuses_control_characters()
    {
        string bundle = Directory.CreateDirectory(Path.Combine(_folder, "foreign")).FullName;
        foreach (string path in Directory.GetFiles(oracle.BundleFolder))
        {
            File.Copy(path, Path.Combine(bundle, Path.GetFileName(path)));
        }

        string manifest = Path.Combine(bundle, BundleManifest.FileName);
        JsonNode json = JsonNode.Parse(await File.ReadAllTextAsync(manifest))!;
        json["instructions"] = JsonNode.Parse("{\"refer\": [], \"ask\": [\"Tell me, {question}\"]}");
        await File.WriteAllTextAsync(manifest, json.ToJsonString());
        (int exit, string output, string error) = await Tool.RunAsync("inspect", bundle);
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("Tell me, {question}", output, StringComparison.Ordinal);
        Assert.DoesNotContain("refer", output, StringComparison.Ordinal);

        json["instructions"]!["refer"] = JsonNode.Parse("[\"\\u001b[2J\"]");
        await File.WriteAllTextAsync(manifest, json.ToJsonString());
        (exit, output, error) = await Tool.RunAsync("inspect", bundle);
        AssertError(2, "control character", exit, error);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task Convert_takes_what_would_be_left_over_only_when_told_to()
    {
        string checkpoint = Directory.CreateDirectory(Path.Combine(_folder, "checkpoint")).FullName;
        foreach (string path in Directory.GetFiles(oracle.Checkpoint))
        {
            File.Copy(path, Path.Combine(checkpoint, Path.GetFileName(path)));
        }

        // One of SAM's prompts under a name that nothing knows.
        string weights = Path.Combine(checkpoint, "pytorch_model.bin");
        byte[] bytes = await File.ReadAllBytesAsync(weights);
        int at = bytes.AsSpan().IndexOf("model.segment_encoder.prompt_encoder.not_a_point_embed.weight"u8);
        "XX"u8.CopyTo(bytes.AsSpan(at + "model.segment_encoder.prompt_encoder.".Length));
        await File.WriteAllBytesAsync(weights, bytes);
        string[] arguments = ["convert", checkpoint, "--vision-tower", oracle.VisionTower, "--output", Path.Combine(_folder, "left")];
        (int exit, _, string error) = await Tool.RunAsync(arguments);
        AssertError(2, "--allow-left-over", exit, error);
        (exit, string output, error) = await Tool.RunAsync([.. arguments, "--allow-left-over"]);
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("XXt_a_point_embed", output.ReplaceLineEndings(string.Empty), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.01, 60, "")]
    [InlineData(0.5, 1, "")]
    [InlineData(0.25, 60, "3:00 left")]
    [InlineData(0.04, 300, "2:00:00 left")]
    [InlineData(1, 61, "in 1:01")]
    public void The_time_left_is_that_of_the_whole(double share, double seconds, string expected) =>
        Assert.Equal(expected, MGLMM.Cli.Output.OverallTimeColumn.Describe(share, TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task An_instruction_is_text_whatever_it_begins_with()
    {
        (int exit, string output, string error) = await Tool.RunAsync(
            "ask", "--model", oracle.BundleFolder, "--image", Picture, "--instruction", "@q.txt <p> é", "--max-new-tokens", "2", "--json", "-");
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("@q.txt <p> é", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", 0)]
    [InlineData("nonsense", 2)]
    [InlineData("ask", 2)]
    [InlineData("convert", 2)]
    public async Task Arguments_decide_the_exit_code(string argument, int expected) => Assert.Equal(expected, (await Tool.RunAsync(argument)).ExitCode);

    [Fact]
    public async Task Bad_input_is_one_line_with_the_way_out()
    {
        (int exit, _, string error) = await Tool.RunAsync("ask", "--model", _folder, "--image", Picture, "--instruction", "x");
        AssertError(2, "mglmm convert", exit, error);

        (exit, _, error) = await Tool.RunAsync("ask", "--model", oracle.BundleFolder, "--image", Path.Combine(_folder, "none.png"), "--instruction", "x");
        AssertError(2, "none.png", exit, error);

        (exit, _, error) = await Tool.RunAsync("ask", "--model", oracle.BundleFolder, "--image", Picture, "--instruction", "x", "--max-new-tokens", "0");
        AssertError(2, "at least 1", exit, error);

        (exit, _, error) = await Tool.RunAsync("convert", _folder, "--vision-tower", oracle.VisionTower, "--output", Path.Combine(_folder, "out"));
        AssertError(2, "config.json", exit, error);

        string truncated = Path.Combine(_folder, "cut.png");
        byte[] bytes = await File.ReadAllBytesAsync(Picture);
        await File.WriteAllBytesAsync(truncated, bytes[..(bytes.Length / 2)]);
        (exit, _, error) = await Tool.RunAsync("ask", "--model", oracle.BundleFolder, "--image", truncated, "--instruction", "x");
        AssertError(2, string.Empty, exit, error);
    }

    [Theory]
    [InlineData("cmyk.jpg", 0)]
    [InlineData("rgba16.png", 0)]
    [InlineData("exif6.jpg", 0)]
    [InlineData("1x1.png", 0)]
    [InlineData("1x4000.png", 0)]
    [InlineData("animated.gif", 2)]
    public async Task Unusual_pictures_work_or_are_refused(string file, int expected)
    {
        (int exit, _, string error) = await Tool.RunAsync(
            "ask", "--model", oracle.BundleFolder, "--image", ImagingFile(file), "--instruction", "What is it?", "--max-new-tokens", "4", "--json", "-");
        if (expected == 0)
        {
            Assert.Equal((0, string.Empty), (exit, error));
        }
        else
        {
            AssertError(expected, string.Empty, exit, error);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string ImagingFile(string name) => RepositoryRoot.Combine("tests", "MGLMM.Runtime.Tests", "data", "imaging", name);

    private static void AssertError(int expected, string part, int exit, string error)
    {
        Assert.Equal(expected, exit);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(character => character == '\n'));
        Assert.Contains(part, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    private string Question(string name) => oracle.Case(name).GetProperty("question").GetString()!;

    private void AssertTurn(string name, JsonElement turn)
    {
        JsonElement truth = oracle.Case(name);
        string[] keys = ["prompt", "text", "caption", "token_ids", "stop_reason", "segments", "timings_ms"];
        Assert.Equal(keys, turn.EnumerateObject().Select(member => member.Name));
        Assert.Equal(truth.GetProperty("prompt").GetString(), turn.GetProperty("prompt").GetString());
        Assert.Equal(truth.GetProperty("text_output").GetString(), turn.GetProperty("text").GetString());
        Assert.Equal(truth.GetProperty("stopped_by").GetString(), turn.GetProperty("stop_reason").GetString());
        Assert.Equal(
            truth.GetProperty("generated_ids").EnumerateArray().Select(id => id.GetInt32()),
            turn.GetProperty("token_ids").EnumerateArray().Select(id => id.GetInt32()));
        string caption = turn.GetProperty("caption").GetString()!;
        JsonElement[] segments = turn.GetProperty("segments").EnumerateArray().ToArray();
        Assert.Equal(truth.GetProperty("n_masks").GetInt32() - truth.GetProperty("n_masks_from_prompt").GetInt32(), segments.Length);
        foreach (JsonElement segment in segments)
        {
            Assert.Equal(
                ["phrase", "start", "end", "area_px", "box_xyxy_px", "mask"], segment.EnumerateObject().Select(member => member.Name));
            string? phrase = segment.GetProperty("phrase").GetString();
            Assert.Equal(phrase ?? string.Empty, caption[segment.GetProperty("start").GetInt32()..segment.GetProperty("end").GetInt32()]);
            JsonElement size = segment.GetProperty("mask").GetProperty("size");
            Assert.Equal((61, 97), (size[0].GetInt32(), size[1].GetInt32()));
            Mask mask = CocoRle.Decode(segment.GetProperty("mask").GetProperty("counts").GetString()!, 97, 61);
            Assert.Equal(segment.GetProperty("area_px").GetInt64(), mask.Area);
            Assert.Equal(
                [mask.Box.Left, mask.Box.Top, mask.Box.Right, mask.Box.Bottom], segment.GetProperty("box_xyxy_px").EnumerateArray().Select(value => value.GetInt32()));
        }
    }
}
