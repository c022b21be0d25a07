using System.CommandLine;
using System.Globalization;
using System.Text;
using MGLMM.Cli.Output;
using MGLMM.Evaluation;
using MGLMM.Evaluation.Benchmarks;
using MGLMM.Evaluation.Captions;
using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Reports;
using MGLMM.Hub;
using MGLMM.Runtime;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm benchmark mgsc</c>: an MGSC-shaped benchmark of drawn scenes, made on demand, and a model measured on it.</summary>
internal static class BenchmarkCommand
{
    private static readonly (string Task, string Title)[] Rows = [("panoptic", "root (panoptic)"), ("part", "subtree (fine-grained)"), ("all", "all")];

    public static Command Create() => new("benchmark", "Benchmarks that are drawn here, with exact truth.") { CreateMgsc() };

    private static Command CreateMgsc()
    {
        Option<string?> make = new("--make") { Description = "Draw the benchmark into this folder; without --model, only that. The same command goes on after a stop." };
        Option<int> pictures = new("--pictures") { Description = "How many pictures: the first so many of the whole benchmark.", DefaultValueFactory = _ => MgscBenchmark.DefaultPictures };
        Option<string?> data = new("--data") { Description = "A folder that --make drew, to evaluate on." };
        Option<string?> model = new("--model") { Description = "Bundle folder, or the <org>/<name> of a pulled model, to evaluate." };
        Option<bool> official = new("--official-wording") { Description = "Ask as MGSC words its questions, and not in the model's own wording for the task." };
        Option<int?> limit = new("--limit") { Description = "At most so many questions of each kind." };
        Option<int?> sample = SampleOption.Create();
        Option<int> seed = SampleOption.CreateSeed();
        Option<bool> shuffle = new("--shuffle") { Description = "Ask about other scenes' pictures: what is still right was answered without looking." };
        Option<string?> predictions = new("--predictions") { Description = "Keep answers in this file and go on from it after a stop." };
        Option<int?> parallel = new("--parallel") { Description = "Copies of the model that answer at the same time; by default one per core for a small model and one for a large." };
        Option<int> threads = ThreadsOption.Create();
        Option<string?> json = new("--json") { Description = "Write the metrics as JSON to a file, or to standard output with '-'." };
        Option<string?> report = new("--report") { Description = "Write a Markdown page." };
        Option<string> similarity = SimilarityOption.Create();
        Option<string?> wordNet = SimilarityOption.CreateWordNet();
        Command command = new("mgsc", "Pictures of drawn scenes, each asked about as a whole (root) and by the parts of its things (subtree), and the paper's five measures.")
        {
            make, pictures, data, model, official, similarity, wordNet, limit, sample, seed, shuffle, predictions, parallel, threads, json, report,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            string? kept = parsed.GetValue(predictions);
            WordNet? words = null;
            EvaluationOptions Options(Func<Data.SegCap.SegCapSample, string>? asked) => new()
            {
                SamplesPerTask = parsed.GetValue(limit),
                Pictures = parsed.GetValue(sample),
                Seed = parsed.GetValue(seed),
                ShuffleImages = parsed.GetValue(shuffle),
                Predictions = kept,
                Protocol = EvaluationProtocol.Mglmm,
                Synonyms = words = parsed.GetValue(wordNet) is { } dictionary ? WordNet.Load(dictionary) : null,
                TextSimilarity = SimilarityOption.Of(parsed.GetRequiredValue(similarity), words, Environment.GetEnvironmentVariable),
                Instruction = asked,
            };
            Request request = new(
                parsed.GetValue(make), parsed.GetRequiredValue(pictures), parsed.GetValue(data), parsed.GetValue(model), parsed.GetValue(official), parsed.GetValue(parallel), parsed.GetRequiredValue(threads), parsed.GetValue(json), parsed.GetValue(report));
            string without = request.Make is null ? "Cancelled; no results were written." : "Cancelled; the same command goes on from here.";
            return ExitCodes.Guard(() => RunAsync(request, Options, cancellationToken), kept is null ? without : $"Cancelled; the answers so far are in '{kept}', and the same command goes on from there.");
        });
        return command;
    }

    private static async Task RunAsync(Request request, Func<Func<Data.SegCap.SegCapSample, string>?, EvaluationOptions> options, CancellationToken cancellationToken)
    {
        string folder = request.Make ?? request.Data
            ?? throw new ArgumentException("Give a folder: '--make DIR' draws the benchmark, '--data DIR --model BUNDLE' evaluates on it.");
        EvaluationOptions given = options(null);
        SampleOption.Check(given);
        string? bundle = request.Model is null ? null : BundleRegistry.Resolve(request.Model);
        if (bundle is not null)
        {
            OutputPlaces.MakeFolders(request.Json, request.Report, given.Predictions);
        }

        bool quiet = request.Json == Terminal.StandardOutput;
        if (request.Make is not null)
        {
            MgscBenchmarkInfo info = await CountProgressView.ShowAsync(request.Pictures, "pictures", progress => MgscBenchmark.MakeAsync(folder, request.Pictures, progress, cancellationToken)).ConfigureAwait(false);
            if (!quiet)
            {
                AnsiConsole.MarkupLineInterpolated($"{folder}: {info.Pictures} pictures, {info.Roots + info.Subtrees} questions ({info.Roots} root, {info.Subtrees} subtree), {info.Masks} masks.");
            }
        }
        else if (bundle is null)
        {
            throw new ArgumentException("Give the model to evaluate: --model BUNDLE.");
        }

        MgscBenchmarkInfo there = MgscBenchmark.Info(folder);
        if (bundle is null)
        {
            return;
        }

        IReadOnlyList<MglmmModel> models = await ModelCopies.LoadAsync(bundle, request.Parallel, request.Threads, cancellationToken).ConfigureAwait(false);
        try
        {
            EvaluationOptions chosen = options(request.Official ? null : MgscBenchmark.WordingOf(models[0].Card));
            EvaluationResult result = await EvaluationProgressView.ShowAsync(
                quiet, progress => Evaluator.RunAsync(models, Path.Combine(folder, MgscBenchmark.FileName), chosen, progress, cancellationToken)).ConfigureAwait(false);
            if (!quiet)
            {
                Print(result, there);
            }

            await WriteAsync(request, result, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (MglmmModel model in models)
            {
                model.Dispose();
            }
        }
    }

    private static async Task WriteAsync(Request request, EvaluationResult result, CancellationToken cancellationToken)
    {
        if (request.Json is not null)
        {
            await Terminal.WriteAsync(request.Json, EvaluationJson.Write(result) + "\n", cancellationToken).ConfigureAwait(false);
        }

        if (request.Report is not null)
        {
            await File.WriteAllTextAsync(request.Report, MarkdownReport.Write(result, [], Path.GetDirectoryName(Path.GetFullPath(request.Report))!), cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Print(EvaluationResult result, MgscBenchmarkInfo info)
    {
        AnsiConsole.MarkupLineInterpolated($"Drawn MGSC, version {info.Version}, {info.Pictures} pictures; {result.Run.Samples} questions answered by {result.Run.Model}. All in percent, CIDEr as papers print it.");
        foreach ((string task, string title) in Rows)
        {
            if (result.Tasks.TryGetValue(task, out TaskResult? values))
            {
                string[] cells = [.. new (string Name, string Title, double Factor)[] { ("meteor", "METEOR", 100), ("cider", "CIDEr", 100), ("ap50", "AP50", 100), ("miou", "mIoU", 100), ("mask_recall", "recall", 100) }
                    .Select(column => values.Metrics.FirstOrDefault(metric => metric.Name == column.Name) is { } metric ? string.Create(CultureInfo.InvariantCulture, $"{column.Title} {metric.Value * column.Factor:F1}") : column.Title + " -")];
                AnsiConsole.MarkupLineInterpolated($"{title,-24} {values.Count,6}  {string.Join("  ", cells)}");
            }
        }
    }

    private sealed record Request(string? Make, int Pictures, string? Data, string? Model, bool Official, int? Parallel, int Threads, string? Json, string? Report);
}
