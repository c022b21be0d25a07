using System.Text.Json;
using MGLMM.Masks;
using MGLMM.Runtime.Tests.Support;

namespace MGLMM.Evaluation.Tests;

/// <summary>Whole evaluations over the oracle's checkpoint, whose answers are known.</summary>
public sealed class EvaluatorTests(OracleFixture oracle) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-evaluation-").FullName;

    private string SegCap => Path.Combine(_folder, "segcap.jsonl");

    private string Predictions => Path.Combine(_folder, "predictions.jsonl");

    [Fact]
    public async Task A_model_that_says_exactly_the_truth_scores_one()
    {
        await WriteAsync(keepMasks: 3);
        var results = await Evaluator.RunAsync(oracle.Model, SegCap);
        var panoptic = results["panoptic"].Metrics.ToDictionary(metric => metric.Name, metric => metric.Value);
        foreach (var name in (string[])["miou", "ap50", "mask_recall", "giou", "ciou", "t_acc", "phrase_f1", "pq"])
        {
            Assert.True(panoptic[name] > 0.99, $"{name} is {panoptic[name]}");
        }

        Assert.Equal(1, results["refer_none"].Metrics.Single(metric => metric.Name == "n_acc").Value);
        Assert.Equal(1, results["follow_up"].Metrics.Single(metric => metric.Name == "t_acc").Value);
    }

    [Fact]
    public async Task Other_pictures_lower_the_scores()
    {
        await WriteAsync(keepMasks: 3);
        var results = await Evaluator.RunAsync(oracle.Model, SegCap, new EvaluationOptions { ShuffleImages = true, Tasks = ["panoptic"] });
        Assert.Single(results);
        Assert.True(results["panoptic"].Metrics.Single(metric => metric.Name == "miou").Value < 0.9);
    }

    [Fact]
    public async Task An_evaluation_goes_on_from_kept_answers_and_survives_a_cut_off_line()
    {
        await WriteAsync(keepMasks: 3);
        var options = new EvaluationOptions { Predictions = Predictions };
        var whole = await Evaluator.RunAsync(oracle.Model, SegCap, options);
        var lines = await File.ReadAllLinesAsync(Predictions);
        await File.WriteAllTextAsync(Predictions, lines[0] + "\n" + lines[1][..20]);

        var asked = new List<EvaluationProgress>();
        var again = await Evaluator.RunAsync(oracle.Model, SegCap, options, new Callback(asked.Add));
        Assert.Equal(lines.Length, asked.Count);
        Assert.Equal(lines, await File.ReadAllLinesAsync(Predictions));
        Assert.Equal(whole["panoptic"].Metrics, again["panoptic"].Metrics);
    }

    [Fact]
    public async Task Lists_may_be_left_out()
    {
        await WriteAsync(keepMasks: 3);
        var question = oracle.Case("extra__noseg").GetProperty("question").GetString();
        await File.WriteAllTextAsync(SegCap, JsonSerializer.Serialize(new { id = "a", image = "landscape_97x61.png", width = 97, height = 61, task = "refer_none", instruction = question, answer = "There is no dog." }));
        Assert.Equal(1, (await Evaluator.RunAsync(oracle.Model, SegCap))["refer_none"].Metrics.Single(metric => metric.Name == "n_acc").Value);
    }

    [Theory]
    [InlineData("{", "Line 1")]
    [InlineData("{\"id\":\"a\"}", "Line 1")]
    [InlineData("", "no samples")]
    public async Task A_damaged_file_names_its_line(string content, string expected)
    {
        await File.WriteAllTextAsync(SegCap, content);
        Assert.Contains(expected, (await Assert.ThrowsAsync<InvalidDataException>(() => Evaluator.RunAsync(oracle.Model, SegCap))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Samples whose truth is what the official code answered.</summary>
    private async Task WriteAsync(int keepMasks)
    {
        foreach (var picture in (string[])["landscape_97x61.png", "square_163x163.png"])
        {
            File.Copy(OracleData.Image(picture), Path.Combine(_folder, picture), overwrite: true);
        }

        var gcg = oracle.Case("landscape_97x61__gcg");
        var golden = NpzFile.Load(OracleData.Golden("landscape_97x61__gcg.npz"))["masks"].Bytes.ToArray();
        var masks = Enumerable.Range(0, keepMasks).Select(index => Rle(golden.AsSpan(index * 61 * 97, 61 * 97), 97, 61)).ToArray();
        var follow = NpzFile.Load(OracleData.Golden("landscape_97x61__followup.npz"))["masks"].Bytes.ToArray();
        object[] samples =
        [
            Sample("1", "panoptic", "landscape_97x61.png", gcg, masks, ["barn", "pond", "sky"], []),
            Sample("2", "refer_none", "landscape_97x61.png", oracle.Case("extra__noseg"), [], [], []),
            Sample("3", "panoptic", "landscape_97x61.png", gcg, masks, ["barn", "pond", "sky"], []),
            Sample(
                "4",
                "follow_up",
                "landscape_97x61.png",
                oracle.Case("landscape_97x61__followup"),
                [Rle(follow.AsSpan(3 * 61 * 97, 61 * 97), 97, 61), Rle(follow.AsSpan(4 * 61 * 97, 61 * 97), 97, 61)],
                ["pond", "sky"],
                [new { instruction = gcg.GetProperty("question").GetString(), answer = gcg.GetProperty("text_output").GetString()!.Replace("</s>", string.Empty, StringComparison.Ordinal) }]),
            Sample("5", "question", "square_163x163.png", oracle.Case("square_163x163__referring"), [], [], [], 163, 163),
        ];
        await File.WriteAllLinesAsync(SegCap, samples.Select(sample => JsonSerializer.Serialize(sample)));
    }

    private static object Sample(string id, string task, string image, JsonElement truth, object[] masks, string[] labels, object[] history, int width = 97, int height = 61) => new
    {
        id,
        image,
        width,
        height,
        task,
        instruction = truth.GetProperty("question").GetString(),
        answer = truth.GetProperty("text_output").GetString()!.Replace("</s>", string.Empty, StringComparison.Ordinal),
        masks,
        labels,
        history,
    };

    private static object Rle(ReadOnlySpan<byte> bitmap, int width, int height) => new { size = new[] { height, width }, counts = CocoRle.Encode(Mask.FromBitmap(bitmap, width, height)) };

    private sealed class Callback(Action<EvaluationProgress> action) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => action(value);
    }
}
