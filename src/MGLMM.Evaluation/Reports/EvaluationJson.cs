using System.Text;
using System.Text.Json;
using MGLMM.Evaluation.Metrics;

namespace MGLMM.Evaluation.Reports;

/// <summary>
/// Results as JSON: <c>{"tasks": {NAME: {"count": n, METRIC: x, ...}}, "pairs": {"kind": {...}, "colour": {...}}, "further": ..., "intervals":
/// {NAME: {METRIC: [low, high]}}, "granularities": {NAME: {"part": {"count": n, METRIC: x, ...}, ...}}, "run": {...}}</c>. All but <c>tasks</c> may be absent.
/// </summary>
public static class EvaluationJson
{
    private const int Digits = 5;

    private static readonly JsonWriterOptions Readable = new() { Indented = true };

    /// <summary>The results as indented JSON without a newline at the end.</summary>
    public static string Write(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Readable))
        {
            writer.WriteStartObject();
            WriteResults(writer, "tasks", result.Tasks, entry => entry.Metrics, withCount: true);
            WriteResults(writer, "pairs", result.Pairs, entry => [.. entry.Metrics, .. entry.Further], withCount: true);
            WriteResults(writer, "further", result.Tasks, entry => entry.Further, withCount: false);
            writer.WriteStartObject("intervals");
            WriteIntervals(writer, result.Tasks, string.Empty);
            WriteIntervals(writer, result.Pairs, PairPrefix);
            writer.WriteEndObject();
            writer.WriteStartObject("granularities");
            foreach ((string task, IReadOnlyDictionary<string, TaskResult> results) in result.Granularities.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                WriteResults(writer, task, results, entry => entry.Metrics, withCount: true);
            }

            writer.WriteEndObject();
            WriteRun(writer, result.Run);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>What stands before a minimal pair's name where tasks and pairs are listed together.</summary>
    internal const string PairPrefix = "pair ";

    /// <summary>Reads the metrics of a file that <see cref="Write"/> wrote, by task (pairs as <c>pair kind</c>) and metric.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    internal static IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> ReadMetrics(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            Dictionary<string, IReadOnlyDictionary<string, double>> metrics = new(StringComparer.Ordinal);
            Collect(document.RootElement.GetProperty("tasks"), string.Empty);
            if (document.RootElement.TryGetProperty("pairs", out JsonElement pairs))
            {
                Collect(pairs, PairPrefix);
            }

            return metrics;

            void Collect(JsonElement results, string prefix)
            {
                foreach (JsonProperty task in results.EnumerateObject())
                {
                    metrics.Add(prefix + task.Name, task.Value.EnumerateObject().ToDictionary(metric => metric.Name, metric => metric.Value.GetDouble(), StringComparer.Ordinal));
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"'{Path.GetFileName(path)}' is no result of an evaluation, as --json writes it: {exception.Message}", exception);
        }
    }

    private static void WriteResults(
        Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, TaskResult> results, Func<TaskResult, IReadOnlyList<Metric>> metricsOf, bool withCount)
    {
        writer.WriteStartObject(name);
        foreach ((string task, TaskResult result) in results.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            IReadOnlyList<Metric> metrics = metricsOf(result);
            if (!withCount && metrics.Count == 0)
            {
                continue;
            }

            writer.WriteStartObject(task);
            if (withCount)
            {
                writer.WriteNumber("count", result.Count);
            }

            foreach (Metric metric in metrics)
            {
                writer.WriteNumber(metric.Name, Math.Round(metric.Value, Digits));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteIntervals(Utf8JsonWriter writer, IReadOnlyDictionary<string, TaskResult> results, string prefix)
    {
        foreach ((string task, TaskResult result) in results.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            writer.WriteStartObject(prefix + task);
            foreach (Metric? metric in result.Metrics.Concat(result.Further))
            {
                if (metric is { Low: { } low, High: { } high })
                {
                    writer.WriteStartArray(metric.Name);
                    writer.WriteNumberValue(Math.Round(low, Digits));
                    writer.WriteNumberValue(Math.Round(high, Digits));
                    writer.WriteEndArray();
                }
            }

            writer.WriteEndObject();
        }
    }

    private static void WriteRun(Utf8JsonWriter writer, EvaluationRun run)
    {
        writer.WriteStartObject("run");
        writer.WriteString("model", run.Model);
        writer.WriteString("precision", run.Precision);
        writer.WriteString("file", run.File);
        writer.WriteString("protocol", run.Protocol.ToString().ToLowerInvariant());
        if (run.TextSimilarity is not null)
        {
            writer.WriteString("text_similarity", run.TextSimilarity);
        }

        writer.WriteNumber("samples", run.Samples);
        writer.WriteNumber("pictures", run.Pictures);
        writer.WriteBoolean("shuffled", run.Shuffled);
        writer.WriteNumber("answered", run.Answered);
        writer.WriteNumber("seconds", Math.Round(run.Elapsed.TotalSeconds, 1));
        writer.WriteEndObject();
    }
}
