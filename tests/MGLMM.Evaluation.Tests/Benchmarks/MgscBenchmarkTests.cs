using System.Text.Json;
using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Benchmarks;
using MGLMM.Evaluation.Metrics;
using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Tests.Benchmarks;

/// <summary>The drawn benchmark: exact, the same every time, and scored as files of the official form say.</summary>
public sealed class MgscBenchmarkTests : IDisposable
{
    private const int Pictures = 6;

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-benchmark-").FullName;

    [Fact]
    public async Task It_is_drawn_the_same_every_time_and_its_truth_is_exact()
    {
        MgscBenchmarkInfo info = await MgscBenchmark.MakeAsync(In("one"), Pictures);
        await MgscBenchmark.MakeAsync(In("two"), Pictures);
        Assert.Equal(File.ReadAllBytes(In("one/segcap.jsonl")), File.ReadAllBytes(In("two/segcap.jsonl")));
        Assert.Equal(File.ReadAllBytes(In("one/images/000003.png")), File.ReadAllBytes(In("two/images/000003.png")));
        Assert.Equal(info, await MgscBenchmark.MakeAsync(In("one"), Pictures));
        await Assert.ThrowsAsync<InvalidDataException>(() => MgscBenchmark.MakeAsync(In("one"), Pictures + 1));
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await Task.FromResult(MgscBenchmark.Info(In("none"))));

        SegCapReport check = SegCapCheck.Run(In("one/segcap.jsonl"));
        Assert.Empty(check.Faults);
        Assert.Equal((Pictures, (long)Pictures), (check.Counts.Pictures, info.Roots));
        Assert.True(info.Subtrees >= 2 * Pictures, $"{info.Subtrees} subtrees");
        foreach (IGrouping<string, SegCapSample> picture in SegCapFile.Read(In("one/segcap.jsonl")).GroupBy(sample => sample.Image))
        {
            // Everything that is seen is somewhere, and nothing twice; parts lie in their thing.
            SegCapSample root = picture.Single(sample => sample.Task == "panoptic");
            Mask[] masks = SegCapFile.MasksOf(root);
            Assert.Equal(masks.Sum(mask => mask.Area), Mask.Union(masks).Area);
            Assert.True(Mask.Union(masks).Area > 0.9 * root.Width * root.Height);
            foreach (SegCapSample subtree in picture.Where(sample => sample.Task == "part"))
            {
                Mask parts = Mask.Union(SegCapFile.MasksOf(subtree));
                Assert.Contains(masks.Zip(root.Labels), whole => whole.Second == subtree.Parents[0] && whole.First.Contains(parts));
            }
        }
    }

    [Fact]
    public async Task Official_answers_go_out_and_in_again_with_the_same_scores()
    {
        await MgscBenchmark.MakeAsync(In("data"), Pictures);
        SegCapSample[] samples = [.. SegCapFile.Read(In("data/segcap.jsonl"))];
        using Knowing model = new(samples, In("data"));
        EvaluationOptions options = new() { Protocol = EvaluationProtocol.Mglmm, Instruction = MgscBenchmark.WordingOf(model.Card), Official = In("official"), TextSimilarity = new Evaluation.Captions.HeadSimilarity() };
        EvaluationResult asked = await Evaluator.RunAsync(model, In("data/segcap.jsonl"), options);
        Assert.Equal(["all", "panoptic", "part"], asked.Tasks.Keys.Order());
        Assert.All(asked.Tasks.Values, task => Assert.All(task.Metrics.Where(metric => metric.Name is "miou" or "ap50" or "mask_recall"), metric => Assert.Equal(1, metric.Value, 9)));

        EvaluationResult scored = await Evaluator.ScoreAsync(In("data/segcap.jsonl"), new EvaluationOptions { Protocol = EvaluationProtocol.Mglmm, Answers = In("official/answers"), TextSimilarity = new Evaluation.Captions.HeadSimilarity() });
        foreach ((string task, TaskResult values) in asked.Tasks)
        {
            Assert.Equal(values.Metrics.Select(metric => (metric.Name, Math.Round(metric.Value, 9))), scored.Tasks[task].Metrics.Select(metric => (metric.Name, Math.Round(metric.Value, 9))));
        }

        using JsonDocument truth = JsonDocument.Parse(File.ReadAllText(In("official/all_mgsc_mask_gt.json")));
        Assert.Equal(samples.Sum(sample => sample.Masks.Count), truth.RootElement.GetProperty("annotations").GetArrayLength());
        using JsonDocument answer = JsonDocument.Parse(File.ReadAllText(In("official/answers/000000_0.json")));
        Assert.Equal(["image_id", "caption", "phrases", "pred_masks"], answer.RootElement.EnumerateObject().Select(property => property.Name));

        File.Delete(In("official/answers/000001_0.json"));
        FileNotFoundException missing = await Assert.ThrowsAsync<FileNotFoundException>(() => Evaluator.ScoreAsync(In("data/segcap.jsonl"), new EvaluationOptions { Answers = In("official/answers") }));
        Assert.Contains("'000001_0.json'", missing.Message, StringComparison.Ordinal);
        Assert.Contains("## Published on MGSC", Evaluation.Reports.MarkdownReport.Write(scored, [], _folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Some_pictures_come_with_all_of_their_questions_and_a_smaller_number_is_part_of_a_larger()
    {
        await MgscBenchmark.MakeAsync(In("data"), Pictures);
        SegCapSample[] samples = [.. SegCapFile.Read(In("data/segcap.jsonl"))];
        using Knowing model = new(samples, In("data"));
        List<string[]> asked = new();
        foreach ((int count, int seed) in ((int, int)[])[(2, 0), (4, 0), (4, 1), (100, 0)])
        {
            string predictions = In($"answers-{count}-{seed}.jsonl");
            EvaluationResult result = await Evaluator.RunAsync(
                model, In("data/segcap.jsonl"), new EvaluationOptions { Protocol = EvaluationProtocol.Mglmm, Instruction = MgscBenchmark.WordingOf(model.Card), Pictures = count, Seed = seed, Predictions = predictions });
            asked.Add([.. File.ReadLines(predictions).Skip(1).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!)]);
            Assert.Equal((Math.Min(count, Pictures), asked[^1].Length), (result.Run.Pictures, result.Run.Samples));
            string[] pictures = [.. samples.Where(sample => asked[^1].Contains(sample.Id)).Select(sample => sample.Image).Distinct()];
            Assert.Equal(samples.Where(sample => pictures.Contains(sample.Image)).Select(sample => sample.Id).Order(), asked[^1].Order());
        }

        Assert.Subset(new HashSet<string>(asked[1]), new HashSet<string>(asked[0]));
        Assert.NotEqual(asked[1].Order(), asked[2].Order());
        Assert.Equal(samples.Length, asked[3].Length);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(string name) => Path.Combine(_folder, name);

    /// <summary>A model that has the truth by heart: the question and the picture's content say which.</summary>
    private sealed class Knowing(SegCapSample[] samples, string folder) : IGroundingModel
    {
        public ModelCard Card { get; } = new()
        {
            Name = "knowing",
            Wordings = new Dictionary<string, IReadOnlyList<string>> { ["segment_and_caption.panoptic"] = ["Everything."], ["segment_and_caption.part"] = ["Parts of the {object}."] },
        };

        public ModelStatus Status { get; } = new(ModelState.Ready, "Ready.");

        public ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default)
        {
            string name = samples.Select(sample => sample.Image).Distinct().First(name => ImageDecoder.DecodeFile(Path.Combine(folder, name)).ContentHash == image.ContentHash);
            return ValueTask.FromResult<IOpenedImage>(new Opened([.. samples.Where(sample => sample.Image == name)], image));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }

        private sealed class Opened(SegCapSample[] there, RgbImage image) : IOpenedImage
        {
            public int Width => image.Width;

            public int Height => image.Height;

            public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default)
            {
                SegCapSample sample = there.Single(sample => instruction == (sample.Task == "panoptic" ? "Everything." : $"Parts of the {sample.Expression}."));
                return Task.FromResult(GroundedAnswer.FromText(sample.Answer, SegCapFile.MasksOf(sample)));
            }

            public IAsyncEnumerable<AnswerPiece> StreamAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
        }
    }
}
