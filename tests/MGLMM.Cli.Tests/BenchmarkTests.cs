using System.Text.Json;

namespace MGLMM.Cli.Tests;

/// <summary><c>mglmm benchmark mgsc</c>, and answers of the official form that go out and in with <c>mglmm evaluate</c>: the model knows nothing, which is enough for the contract.</summary>
public sealed class BenchmarkTests(OracleFixture oracle) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-benchmark-").FullName;

    [Fact]
    public async Task It_is_drawn_and_a_model_evaluated_and_answers_that_are_there_are_not_asked_again()
    {
        (int exit, string said, string error) = await Tool.RunAsync("benchmark", "mgsc", "--make", In("data"), "--pictures", "2");
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("2 pictures", said, StringComparison.Ordinal);
        Assert.Contains("(2 root, ", said, StringComparison.Ordinal);
        byte[] questions = await File.ReadAllBytesAsync(In("data/segcap.jsonl"));

        // One picture of the two, with all of its questions.
        string[] evaluated = ["benchmark", "mgsc", "--data", In("data"), "--model", oracle.BundleFolder, "--predictions", In("new/kept/answers.jsonl"), "--sample", "1", "--seed", "3", "--json", "-"];
        (exit, said, error) = await Tool.RunAsync([.. evaluated, "--report", In("new/pages/report.md")]);
        Assert.Equal((0, string.Empty), (exit, error));
        using (JsonDocument json = JsonDocument.Parse(said))
        {
            JsonElement tasks = json.RootElement.GetProperty("tasks");
            Assert.Equal(1, tasks.GetProperty("panoptic").GetProperty("count").GetInt32());
            int parts = tasks.TryGetProperty("part", out JsonElement part) ? part.GetProperty("count").GetInt32() : 0;
            Assert.Equal(1 + parts, json.RootElement.GetProperty("run").GetProperty("answered").GetInt32());
            Assert.Equal(1, json.RootElement.GetProperty("run").GetProperty("pictures").GetInt32());
            Assert.InRange(parts, 1, 5);
        }

        Assert.Contains("1 picture", await File.ReadAllTextAsync(In("new/pages/report.md")), StringComparison.Ordinal);
        (exit, string again, error) = await Tool.RunAsync(evaluated);
        Assert.Equal((0, string.Empty), (exit, error));
        using (JsonDocument json = JsonDocument.Parse(again))
        {
            Assert.Equal(0, json.RootElement.GetProperty("run").GetProperty("answered").GetInt32());
            using JsonDocument first = JsonDocument.Parse(said);
            Assert.Equal(first.RootElement.GetProperty("tasks").GetRawText(), json.RootElement.GetProperty("tasks").GetRawText());
        }

        // Another size is another benchmark; what is drawn stays.
        (exit, _, error) = await Tool.RunAsync("benchmark", "mgsc", "--make", In("data"), "--pictures", "3");
        AssertError("with 2 pictures. Give another folder, or delete it.", exit, error);
        Assert.Equal(questions, await File.ReadAllBytesAsync(In("data/segcap.jsonl")));
    }

    [Fact]
    public async Task Drawing_and_asking_end_when_they_are_told_to_and_the_same_command_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A signal ends it.");
        Directory.CreateDirectory(In("data/images"));
        using (AppearingFile drawn = new(In("data/images"), "000001.png"))
        {
            (int exit, _, string error) = await Tool.CancelAsync(drawn.There, [], "benchmark", "mgsc", "--make", In("data"));
            Assert.Equal((1, "error: Cancelled; the same command goes on from here.\n"), (exit, error.ReplaceLineEndings("\n")));
        }

        Assert.False(File.Exists(In("data/benchmark.json")));
        byte[] picture = await File.ReadAllBytesAsync(In("data/images/000001.png"));
        DateTime written = File.GetLastWriteTimeUtc(In("data/images/000001.png"));
        (int code, _, string rest) = await Tool.RunAsync("benchmark", "mgsc", "--make", In("data"), "--pictures", "2");
        Assert.Equal((0, string.Empty), (code, rest));
        Assert.Equal(picture, await File.ReadAllBytesAsync(In("data/images/000001.png")));
        Assert.Equal(written, File.GetLastWriteTimeUtc(In("data/images/000001.png")));

        string[] evaluated = ["benchmark", "mgsc", "--data", In("data"), "--model", oracle.BundleFolder, "--predictions", In("answers.jsonl"), "--json", In("result.json")];
        using (AppearingFile answered = new(_folder, "answers.jsonl"))
        {
            (int exit, _, string error) = await Tool.CancelAsync(answered.There, [], evaluated);
            Assert.Equal(1, exit);
            Assert.Contains("the answers so far are in", error, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(In("result.json")));
        (code, _, rest) = await Tool.RunAsync(evaluated);
        Assert.Equal((0, string.Empty), (code, rest));
        Assert.True(File.Exists(In("result.json")));
    }

    [Fact]
    public async Task Official_answers_go_out_and_are_scored_without_a_model()
    {
        await Tool.RunAsync("benchmark", "mgsc", "--make", In("data"), "--pictures", "1");
        string[] common = ["evaluate", In("data/segcap.jsonl"), "--protocol", "mglmm", "--json", "-"];
        (int exit, string asked, string error) = await Tool.RunAsync([.. common, "--model", oracle.BundleFolder, "--official", In("official"), "--limit", "2"]);
        Assert.Equal((0, string.Empty), (exit, error));
        foreach (string name in (string[])["all", "root", "subtree"])
        {
            Assert.True(File.Exists(In($"official/{name}_mgsc_caption_gt.json")) && File.Exists(In($"official/{name}_mgsc_mask_gt.json")), name);
        }

        string[] answers = Directory.GetFiles(In("official/answers"));
        Assert.Equal(3, answers.Length);
        (exit, string scored, error) = await Tool.RunAsync([.. common, "--answers", In("official/answers"), "--limit", "2"]);
        Assert.Equal((0, string.Empty), (exit, error));
        using JsonDocument first = JsonDocument.Parse(asked);
        using JsonDocument second = JsonDocument.Parse(scored);
        Assert.Equal("answers in answers", second.RootElement.GetProperty("run").GetProperty("model").GetString());
        foreach (JsonProperty task in first.RootElement.GetProperty("tasks").EnumerateObject())
        {
            Assert.Equal(task.Value.GetProperty("miou").GetDouble(), second.RootElement.GetProperty("tasks").GetProperty(task.Name).GetProperty("miou").GetDouble(), 9);
        }

        // Answers are missing, damaged or none: each is one line that names the file.
        (exit, _, error) = await Tool.RunAsync([.. common, "--answers", In("official/answers")]);
        AssertError("are missing", exit, error);
        await File.WriteAllTextAsync(answers[0], """{"image_id":"000000_0","caption":"a","phrases":["a"],"pred_masks":[{"size":[1,1],"counts":"1"}]}""");
        (exit, _, error) = await Tool.RunAsync([.. common, "--answers", In("official/answers"), "--limit", "2"]);
        AssertError(Path.GetFileName(answers[0]), exit, error);
        (exit, _, error) = await Tool.RunAsync([.. common, "--answers", In("none")]);
        AssertError("There is no folder", exit, error);
    }

    [Fact]
    public async Task Wrong_arguments_are_told_in_one_line()
    {
        (string Part, string[] Arguments)[] wrong =
        [
            ("Give a folder", []),
            ("holds no benchmark; 'mglmm benchmark mgsc --make", ["--data", In("data"), "--model", oracle.BundleFolder]),
            ("The number of pictures is 0", ["--make", In("data"), "--pictures", "0"]),
            ("--sample is 0; it must be at least 1.", ["--data", In("data"), "--model", oracle.BundleFolder, "--sample", "0"]),
        ];
        foreach ((string part, string[] given) in wrong)
        {
            (int exit, _, string error) = await Tool.RunAsync(["benchmark", "mgsc", .. given]);
            AssertError(part, exit, error);
        }

        Assert.False(Directory.Exists(In("data")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertError(string part, int exit, string error)
    {
        Assert.Equal(2, exit);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.Contains(part, error, StringComparison.Ordinal);
    }

    private string In(string name) => Path.Combine(_folder, name);
}
