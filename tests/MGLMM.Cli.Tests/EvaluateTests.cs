using System.Text.Json;
using MGLMM.Masks;

namespace MGLMM.Cli.Tests;

/// <summary>The contract of <c>mglmm evaluate</c>: the JSON's form, the files it writes, one line of error.</summary>
public sealed class EvaluateTests(OracleFixture oracle) : IDisposable
{
    private static readonly string[] TaskNames =
        ["panoptic", "instance", "part", "list", "refer_one", "refer_many", "refer_none", "reason", "caption", "region", "question", "follow_up"];

    private static readonly string[] MetricNames =
        ["count", "miou", "ap50", "mask_recall", "giou", "ciou", "n_acc", "t_acc", "phrase_f1", "accuracy", "meteor", "cider", "pq"];

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-evaluate-").FullName;

    [Fact]
    public async Task Standard_output_is_json_by_task_and_nothing_else()
    {
        (int exit, string output, string error) = await Tool.RunAsync("evaluate", await WriteAsync(), "--model", oracle.BundleFolder, "--json", "-");
        Assert.Equal((0, string.Empty), (exit, error));
        using JsonDocument json = JsonDocument.Parse(output);
        JsonProperty[] tasks = json.RootElement.GetProperty("tasks").EnumerateObject().ToArray();
        Assert.Equal(["panoptic", "question", "refer_none"], tasks.Select(task => task.Name));
        Assert.All(tasks, task =>
        {
            Assert.Contains(task.Name, TaskNames);
            Assert.All(task.Value.EnumerateObject(), metric => Assert.Contains(metric.Name, MetricNames));
        });
        Assert.Equal(1, json.RootElement.GetProperty("tasks").GetProperty("panoptic").GetProperty("count").GetInt32());
        Assert.Equal(2, json.RootElement.GetProperty("pairs").GetProperty("kind").GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("own", "giou,n_acc")]
    [InlineData("mglmm", "giou")]
    [InlineData("lisa", "giou")]
    [InlineData("rela", "giou,n_acc,n_acc_pixel")]
    public async Task Kept_answers_are_scored_by_each_protocol(string protocol, string metrics)
    {
        string predictions = Path.Combine(_folder, "predictions.jsonl");
        string[] arguments = ["evaluate", await WriteAsync(), "--model", oracle.BundleFolder, "--tasks", "refer_none", "--predictions", predictions, "--json", "-"];
        (int exit, _, string error) = await Tool.RunAsync(arguments);
        Assert.Equal((0, string.Empty), (exit, error));
        (exit, string output, error) = await Tool.RunAsync([.. arguments, "--protocol", protocol]);
        Assert.Equal((0, string.Empty), (exit, error));
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.Equal((protocol, 0), (json.RootElement.GetProperty("run").GetProperty("protocol").GetString(), json.RootElement.GetProperty("run").GetProperty("answered").GetInt32()));
        JsonElement task = json.RootElement.GetProperty("tasks").GetProperty(protocol == "own" ? "refer_none" : "refer");
        Assert.Equal(["count", .. metrics.Split(',')], task.EnumerateObject().Select(metric => metric.Name));
    }

    [Fact]
    public async Task A_report_comes_with_pictures_comparisons_and_coco_files_and_from_kept_answers()
    {
        string segCap = await WriteAsync();
        string predictions = Path.Combine(_folder, "predictions.jsonl");
        string shuffled = Path.Combine(_folder, "shuffled.json");
        (int exit, _, string error) = await Tool.RunAsync("evaluate", segCap, "--model", oracle.BundleFolder, "--shuffle", "--json", shuffled);
        Assert.Equal((0, string.Empty), (exit, error));

        string report = Path.Combine(_folder, "docs", "report.md");
        string[] arguments = ["evaluate", segCap, "--model", oracle.BundleFolder, "--predictions", predictions, "--parallel", "2", "--report", report,
            "--sheet", Path.Combine(_folder, "docs", "sheet"), "--coco", Path.Combine(_folder, "coco"), "--compare", "shuffled pictures=" + shuffled];
        (exit, string output, error) = await Tool.RunAsync(arguments);
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("panoptic", output, StringComparison.Ordinal);
        string page = await File.ReadAllTextAsync(report);
        Assert.Contains("shuffled pictures", page, StringComparison.Ordinal);
        Assert.Contains("](sheet/panoptic-best.png)", page, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "docs", "sheet", "panoptic-best.png")));
        Assert.True(File.Exists(Path.Combine(_folder, "coco", "results.json")));

        // A shuffled run cannot go on from answers about the right pictures.
        (exit, _, error) = await Tool.RunAsync("evaluate", segCap, "--model", oracle.BundleFolder, "--predictions", predictions, "--shuffle");
        AssertError("another file", exit, error);
    }

    [Fact]
    public async Task A_page_of_pictures_replaces_its_like_and_nothing_else()
    {
        string sheet = Path.Combine(_folder, "sheet");
        string[] arguments = ["evaluate", await WriteAsync(), "--model", oracle.BundleFolder, "--tasks", "refer_none", "--sheet", sheet];
        for (int run = 0; run < 2; run++)
        {
            (int written, _, string none) = await Tool.RunAsync(arguments);
            Assert.Equal((0, string.Empty), (written, none));
            Assert.Contains("refer_none-best.png", await File.ReadAllTextAsync(Path.Combine(sheet, "sheet.md")), StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(Path.Combine(sheet, "sheet.md"), "# My own");
        (int exit, _, string error) = await Tool.RunAsync(arguments);
        AssertError("is not replaced", exit, error);
        Assert.Equal("# My own", await File.ReadAllTextAsync(Path.Combine(sheet, "sheet.md")));
    }

    [Fact]
    public async Task Bad_input_is_one_line_with_the_way_out()
    {
        string segCap = await WriteAsync();
        (int exit, _, string error) = await Tool.RunAsync("evaluate", Path.Combine(_folder, "none.jsonl"));
        AssertError("none.jsonl", exit, error);
        (exit, _, error) = await Tool.RunAsync("evaluate", segCap, "--limit", "0");
        AssertError("at least 1", exit, error);
        (exit, _, error) = await Tool.RunAsync("evaluate", segCap, "--parallel", "0");
        AssertError("at least 1", exit, error);
        (exit, _, error) = await Tool.RunAsync("evaluate", segCap, "--protocol", "1");
        AssertError("own, mglmm, lisa, rela, coco", exit, error);
        (exit, _, error) = await Tool.RunAsync("evaluate", segCap, "--compare", segCap);
        AssertError("--json", exit, error);
        (exit, _, error) = await Tool.RunAsync("evaluate", segCap, "--model", oracle.BundleFolder, "--tasks", "panoptik");
        AssertError("panoptic", exit, error);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertError(string part, int exit, string error)
    {
        Assert.Equal(2, exit);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(character => character == '\n'));
        Assert.Contains(part, error, StringComparison.Ordinal);
    }

    private async Task<string> WriteAsync()
    {
        foreach (string picture in (string[])["landscape_97x61.png", "square_163x163.png"])
        {
            File.Copy(OracleData.Image(picture), Path.Combine(_folder, picture), overwrite: true);
        }

        JsonElement gcg = oracle.Case("landscape_97x61__gcg");
        byte[] golden = NpzFile.Load(OracleData.Golden("landscape_97x61__gcg.npz"))["masks"].Bytes.ToArray();
        var masks = Enumerable.Range(0, 3).Select(index => CocoRle.Encode(Mask.FromBitmap(golden.AsSpan(index * 61 * 97, 61 * 97), 97, 61)))
            .Select(counts => new { size = new[] { 61, 97 }, counts }).ToArray();
        object[] samples =
        [
            new { id = "1", image = "landscape_97x61.png", width = 97, height = 61, task = "panoptic", instruction = gcg.GetProperty("question").GetString(), answer = gcg.GetProperty("text_output").GetString(), masks, labels = (string[])["barn", "pond", "sky"] },
            new { id = "2", image = "landscape_97x61.png", width = 97, height = 61, task = "refer_none", instruction = oracle.Case("extra__noseg").GetProperty("question").GetString(), answer = "There is no dog." },
            new { id = "3", image = "square_163x163.png", width = 163, height = 163, task = "question", instruction = oracle.Case("square_163x163__referring").GetProperty("question").GetString(), answer = "Red." },
            new { id = "4", image = "square_163x163.png", width = 163, height = 163, task = "question", instruction = "Is there a barn?", answer = "Yes, there is.", pair = "kind", truth = true },
            new { id = "5", image = "square_163x163.png", width = 163, height = 163, task = "question", instruction = "Is there a boat?", answer = "No, there is not.", pair = "kind", truth = false },
        ];
        string path = Path.Combine(_folder, "segcap.jsonl");
        await File.WriteAllLinesAsync(path, samples.Select(sample => JsonSerializer.Serialize(sample)));
        return path;
    }
}
