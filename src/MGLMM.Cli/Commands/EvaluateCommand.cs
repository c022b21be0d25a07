using System.CommandLine;
using System.Globalization;
using System.Text;
using MGLMM.Cli.Output;
using MGLMM.Evaluation;
using MGLMM.Evaluation.Captions;
using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Reports;
using MGLMM.Hub;
using MGLMM.Runtime;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm evaluate &lt;segcap.jsonl&gt;</c>: free-running metrics per task.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        Argument<string> file = new("segcap") { Description = "A segcap.jsonl; its pictures lie beside it." };
        Option<string> model = new("--model") { Description = "Bundle folder, or the <org>/<name> of a pulled model; the embedded scenes model by default.", DefaultValueFactory = _ => DefaultModel.Path };
        Option<string[]> tasks = new("--tasks") { Description = "Only these tasks.", AllowMultipleArgumentsPerToken = true };
        Option<int?> limit = new("--limit") { Description = "At most so many samples of each task." };
        Option<int?> sample = SampleOption.Create();
        Option<int> seed = SampleOption.CreateSeed();
        Option<bool> shuffle = new("--shuffle") { Description = "Ask about other scenes' pictures: what is still right was answered without looking." };
        Option<string?> predictions = new("--predictions") { Description = "Keep answers in this file and go on from it after a stop; needed for Ctrl+C to lose nothing." };
        Option<int?> parallel = new("--parallel") { Description = "Copies of the model that answer at the same time, each on its share of the cores; by default one per core for a small model and one for a large." };
        Option<int> threads = ThreadsOption.Create();
        Option<string?> json = new("--json") { Description = "Write the metrics as JSON to a file, or to standard output with '-'." };
        Option<string?> report = new("--report") { Description = "Write a Markdown page: metrics with intervals, minimal pairs, comparisons, pictures, definitions." };
        Option<string?> sheet = new("--sheet") { Description = "Draw the best, the median and the worst sample of each task into this folder; the report shows them, or a sheet.md there without --report." };
        Option<string?> coco = new("--coco") { Description = "Write truth and answers into this folder as pycocotools loads them: annotations.json, results.json, and the same with 'caption_' for texts." };
        Option<string[]> compare = new("--compare") { Description = "JSON results of other evaluations (shuffled, other wordings), as PATH or NAME=PATH, to stand beside this one in the report.", AllowMultipleArgumentsPerToken = true };
        Option<string> protocol = new("--protocol")
        {
            Description = "Whose rules to score by: own, mglmm (the published evaluation with its quirks), lisa (ReasonSeg), rela (gRefCOCO), coco. Kept answers can be scored by each.",
            DefaultValueFactory = _ => NameOf(EvaluationProtocol.Own),
        };
        Option<string> similarity = SimilarityOption.Create();
        Option<string?> wordNet = SimilarityOption.CreateWordNet();
        Option<string?> answers = new("--answers") { Description = "Score the answers in this folder instead of asking a model: IMAGE_ID.json files of {image_id, caption, phrases, pred_masks}, as the official scripts of GCG and MGSC write them." };
        Option<string?> official = new("--official") { Description = "Write answers and truths into this folder as the official scripts of GCG and MGSC read them." };
        Command command = new("evaluate", "Asks a model every question of a SegCap file and scores the answers.")
        {
            file, model, tasks, limit, sample, seed, shuffle, protocol, similarity, wordNet, predictions, answers, official, parallel, threads, json, report, sheet, coco, compare,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            string? kept = parsed.GetValue(predictions);
            WordNet? words = null;
            EvaluationOptions Options() => new()
            {
                Synonyms = words = parsed.GetValue(wordNet) is { } dictionary ? WordNet.Load(dictionary) : null,
                TextSimilarity = SimilarityOption.Of(parsed.GetRequiredValue(similarity), words, Environment.GetEnvironmentVariable),
                Answers = parsed.GetValue(answers),
                Official = parsed.GetValue(official),
                Tasks = parsed.GetValue(tasks) ?? [],
                SamplesPerTask = parsed.GetValue(limit),
                Pictures = parsed.GetValue(sample),
                Seed = parsed.GetValue(seed),
                ShuffleImages = parsed.GetValue(shuffle),
                Predictions = kept,
                Sheet = parsed.GetValue(sheet),
                Coco = parsed.GetValue(coco),
                Protocol = ProtocolOf(parsed.GetRequiredValue(protocol)),
            };
            Request request = new(
                parsed.GetRequiredValue(file), parsed.GetRequiredValue(model), parsed.GetValue(parallel), parsed.GetRequiredValue(threads), parsed.GetValue(json), parsed.GetValue(report), parsed.GetValue(compare) ?? []);
            return ExitCodes.Guard(
                async () => await RunAsync(request, Options(), cancellationToken).ConfigureAwait(false),
                kept is null ? "Cancelled; no results were written." : $"Cancelled; the answers so far are in '{kept}', and the same command goes on from there.");
        });
        return command;
    }

    private static EvaluationProtocol ProtocolOf(string name)
    {
        EvaluationProtocol[] protocols = Enum.GetValues<EvaluationProtocol>();
        int index = Array.FindIndex(protocols, protocol => NameOf(protocol) == name);
        return index >= 0 ? protocols[index] : throw new ArgumentException($"--protocol is '{name}'; it is one of {string.Join(", ", protocols.Select(NameOf))}.");
    }

    private static string NameOf(EvaluationProtocol protocol) => protocol.ToString().ToLowerInvariant();

    private static async Task RunAsync(Request request, EvaluationOptions options, CancellationToken cancellationToken)
    {
        string bundle = BundleRegistry.Resolve(request.Model);

        // What can be wrong with the arguments shows before minutes are spent on loading and asking.
        SampleOption.Check(options);
        if (!File.Exists(request.File))
        {
            throw new FileNotFoundException($"There is no file '{request.File}'.");
        }

        if (options.Answers is not null && !Directory.Exists(options.Answers))
        {
            throw new DirectoryNotFoundException($"There is no folder '{options.Answers}'.");
        }

        Comparison[] comparisons = request.Comparisons.Select(Comparison.Parse).ToArray();
        OutputPlaces.MakeFolders(request.Json, request.Report, options.Predictions);
        foreach (string folder in new[] { options.Sheet, options.Coco, options.Official }.OfType<string>())
        {
            if (File.Exists(folder))
            {
                throw new ArgumentException($"'{folder}' is a file; --sheet, --coco and --official take a folder.");
            }

            Directory.CreateDirectory(folder);
        }

        if (PageOf(request, options) is { } page && Path.Exists(page) && !(File.Exists(page) && (await File.ReadAllTextAsync(page, cancellationToken).ConfigureAwait(false)).StartsWith(MarkdownReport.WriteExamples([], options.Sheet!), StringComparison.Ordinal)))
        {
            throw new ArgumentException($"'{page}' is there already, and is not known to be of an earlier evaluation: it is not replaced. Name another folder for --sheet, or move it away.");
        }

        if (options.Answers is not null)
        {
            bool silent = request.Json == Terminal.StandardOutput;
            EvaluationResult scored = await EvaluationProgressView.ShowAsync(silent, progress => Evaluator.ScoreAsync(request.File, options, progress, cancellationToken)).ConfigureAwait(false);
            if (!silent)
            {
                Print(scored);
            }

            await WriteAsync(request, options, scored, comparisons, cancellationToken).ConfigureAwait(false);
            return;
        }

        IReadOnlyList<MglmmModel> models = await ModelCopies.LoadAsync(bundle, request.Parallel, request.Threads, cancellationToken).ConfigureAwait(false);
        try
        {
            bool quiet = request.Json == Terminal.StandardOutput;
            EvaluationResult result = await EvaluationProgressView.ShowAsync(
                quiet, progress => Evaluator.RunAsync(models, request.File, options, progress, cancellationToken)).ConfigureAwait(false);
            if (!quiet)
            {
                Print(result);
            }

            await WriteAsync(request, options, result, comparisons, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (MglmmModel model in models)
            {
                model.Dispose();
            }
        }
    }

    private static async Task WriteAsync(
        Request request, EvaluationOptions options, EvaluationResult result, IReadOnlyList<Comparison> comparisons, CancellationToken cancellationToken)
    {
        if (request.Json is not null)
        {
            await Terminal.WriteAsync(request.Json, EvaluationJson.Write(result) + "\n", cancellationToken).ConfigureAwait(false);
        }

        if (request.Report is not null)
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(request.Report))!;
            await File.WriteAllTextAsync(request.Report, MarkdownReport.Write(result, comparisons, folder), cancellationToken).ConfigureAwait(false);
        }
        else if (PageOf(request, options) is { } page)
        {
            await File.WriteAllTextAsync(page, MarkdownReport.WriteExamples(result.Examples, options.Sheet!), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The page of pictures, where no report shows them. It begins with what one without pictures says.</summary>
    private static string? PageOf(Request request, EvaluationOptions options) =>
        options.Sheet is not null && request.Report is null ? Path.Combine(options.Sheet, "sheet.md") : null;

    private static void Print(EvaluationResult result)
    {
        foreach ((string task, TaskResult values) in result.Tasks.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Print(task, values.Count, values.Metrics);
        }

        foreach ((string kind, TaskResult values) in result.Pairs.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Print("pair " + kind, values.Count, [.. values.Metrics, .. values.Further]);
        }
    }

    private static void Print(string task, int count, IReadOnlyList<Metric> metrics) =>
        AnsiConsole.MarkupLineInterpolated($"{task,-12} {count,6}  {string.Join("  ", metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Name} {metric.Value:F3}")))}");

    private sealed record Request(string File, string Model, int? Parallel, int Threads, string? Json, string? Report, IReadOnlyList<string> Comparisons);
}
