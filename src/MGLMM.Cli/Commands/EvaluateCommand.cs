using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MGLMM.Evaluation;
using MGLMM.Runtime;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm evaluate &lt;segcap.jsonl&gt;</c>: free-running metrics per task.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("segcap") { Description = "A segcap.jsonl; its pictures lie beside it." };
        var model = new Option<string>("--model") { Description = "Bundle folder; the embedded scenes model by default.", DefaultValueFactory = _ => DefaultModel.Path };
        var tasks = new Option<string[]>("--tasks") { Description = "Only these tasks.", AllowMultipleArgumentsPerToken = true };
        var limit = new Option<int?>("--limit") { Description = "At most so many samples of each task." };
        var shuffle = new Option<bool>("--shuffle") { Description = "Ask about other scenes' pictures: what is still right was answered without looking." };
        var predictions = new Option<string?>("--predictions") { Description = "Keep answers in this file and go on from it after a stop." };
        var json = new Option<string?>("--json") { Description = "Write the metrics as JSON to a file, or to standard output with '-'." };
        var report = new Option<string?>("--report") { Description = "Write the metrics as a Markdown table." };
        var command = new Command("evaluate", "Asks a model every question of a SegCap file and scores the answers.") { file, model, tasks, limit, shuffle, predictions, json, report };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(async () =>
        {
            var options = new EvaluationOptions
            {
                Tasks = parsed.GetValue(tasks) ?? [],
                SamplesPerTask = parsed.GetValue(limit),
                ShuffleImages = parsed.GetValue(shuffle),
                Predictions = parsed.GetValue(predictions),
            };
            using var loaded = await MglmmModel.LoadAsync(parsed.GetRequiredValue(model), cancellationToken: cancellationToken).ConfigureAwait(false);
            var results = await RunAsync(loaded, parsed.GetRequiredValue(file), options, parsed.GetValue(json) == "-", cancellationToken).ConfigureAwait(false);
            await WriteAsync(results, parsed.GetValue(json), parsed.GetValue(report), cancellationToken).ConfigureAwait(false);
        }));
        return command;
    }

    private static async Task<IReadOnlyDictionary<string, TaskResult>> RunAsync(
        MglmmModel model, string file, EvaluationOptions options, bool quiet, CancellationToken cancellationToken)
    {
        if (quiet)
        {
            return await Evaluator.RunAsync(model, file, options, cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask("answering");
                return await Evaluator.RunAsync(model, file, options, new Bar(bar), cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    private static async Task WriteAsync(IReadOnlyDictionary<string, TaskResult> results, string? json, string? report, CancellationToken cancellationToken)
    {
        if (json is not null)
        {
            var text = Json(results);
            if (json == "-")
            {
                Console.Out.WriteLine(text);
            }
            else
            {
                await File.WriteAllTextAsync(json, text + "\n", cancellationToken).ConfigureAwait(false);
            }
        }

        if (report is not null)
        {
            await File.WriteAllTextAsync(report, Markdown(results), cancellationToken).ConfigureAwait(false);
        }

        if (json != "-")
        {
            foreach (var (task, result) in results.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                AnsiConsole.MarkupLineInterpolated($"{task,-12} {result.Count,5}  {string.Join("  ", result.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Name} {metric.Value:F3}")))}");
            }
        }
    }

    /// <summary>{"tasks": {NAME: {"count": n, METRIC: x, ...}}}</summary>
    private static string Json(IReadOnlyDictionary<string, TaskResult> results)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("tasks");
            foreach (var (task, result) in results.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                writer.WriteStartObject(task);
                writer.WriteNumber("count", result.Count);
                foreach (var metric in result.Metrics)
                {
                    writer.WriteNumber(metric.Name, Math.Round(metric.Value, 5));
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string Markdown(IReadOnlyDictionary<string, TaskResult> results)
    {
        var names = results.Values.SelectMany(result => result.Metrics.Select(metric => metric.Name)).Distinct().ToArray();
        var text = new StringBuilder().Append("| task | samples |").AppendJoin("", names.Select(name => $" {name} |")).AppendLine();
        text.Append("|---|---|").AppendJoin("", names.Select(_ => "---|")).AppendLine();
        foreach (var (task, result) in results.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {task} | {result.Count} |");
            foreach (var name in names)
            {
                var metric = result.Metrics.FirstOrDefault(candidate => candidate.Name == name);
                text.Append(metric switch
                {
                    null => " |",
                    { Low: { } low, High: { } high } => string.Create(CultureInfo.InvariantCulture, $" {metric.Value:F3} ({low:F3} to {high:F3}) |"),
                    _ => string.Create(CultureInfo.InvariantCulture, $" {metric.Value:F3} |"),
                });
            }

            text.AppendLine();
        }

        return text.ToString();
    }

    private sealed class Bar(ProgressTask task) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value)
        {
            task.MaxValue = value.Total;
            task.Value = value.Done;
        }
    }
}
