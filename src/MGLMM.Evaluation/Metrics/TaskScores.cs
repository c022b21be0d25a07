using System.Text.RegularExpressions;
using MGLMM.Evaluation.SegCap;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// Metrics of one task. Which apply follows from the samples: answers with masks get mask metrics, answers without any that
/// could have had some count for N-acc, plain answers for accuracy.
/// </summary>
internal sealed partial class TaskScores
{
    private readonly List<double> _meanOverlaps = [];
    private readonly List<double> _unionOverlaps = [];
    private readonly List<double> _found = [];
    private readonly List<double> _refused = [];
    private readonly List<double> _phrases = [];
    private readonly List<double> _right = [];
    private readonly AveragePrecision _precision = new();
    private readonly PanopticQuality _quality = new();
    private long _intersection;
    private long _union;
    private int _recalled;
    private int _truths;

    /// <summary>Samples that were added.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a sample and what the model answered.</summary>
    /// <returns>The sample's own mean IoU, or 1 and 0 for right and wrong where it has no masks.</returns>
    public double Add(SegCapSample sample, string text, IReadOnlyList<(Mask Mask, string? Phrase)> answer)
    {
        Count++;
        if (sample.Masks.Count > 0)
        {
            return AddMasks(sample, answer);
        }

        if (sample.Task is "refer_none" or "reason" || sample.Answer.StartsWith("There is no ", StringComparison.Ordinal) || sample.Answer.StartsWith("Nothing", StringComparison.Ordinal))
        {
            _refused.Add(answer.Count == 0 ? 1 : 0);
            return _refused[^1];
        }

        _right.Add(Normalize(text) == Normalize(sample.Answer) ? 1 : 0);
        return _right[^1];
    }

    /// <summary>The metrics that apply, by name, with their 95 % confidence intervals where samples can be drawn again.</summary>
    public IReadOnlyList<Metric> Values()
    {
        var metrics = new List<Metric>();
        Mean("miou", _meanOverlaps);
        Single("ap50", _truths > 0 ? _precision.Value() : null);
        Single("mask_recall", _truths > 0 ? (double)_recalled / _truths : null);
        Mean("giou", _unionOverlaps);
        Single("ciou", _union > 0 ? (double)_intersection / _union : null);
        Mean("t_acc", _found);
        Mean("n_acc", _refused);
        Mean("phrase_f1", _phrases);
        Single("pq", _truths > 0 ? _quality.Value() : null);
        Mean("accuracy", _right);
        return metrics;

        void Mean(string name, List<double> values)
        {
            if (values.Count > 0)
            {
                var (low, high) = Bootstrap.MeanInterval(values);
                metrics.Add(new Metric(name, values.Average(), low, high));
            }
        }

        void Single(string name, double? value)
        {
            if (value is { } known)
            {
                metrics.Add(new Metric(name, known, null, null));
            }
        }
    }

    private double AddMasks(SegCapSample sample, IReadOnlyList<(Mask Mask, string? Phrase)> answer)
    {
        var truth = SegCapFile.MasksOf(sample);
        var predicted = answer.Select(segment => segment.Mask).ToArray();
        var pairs = MaskMatching.Greedy(MaskMatching.Overlaps(predicted, truth));
        var meanOverlap = pairs.Count == 0 ? 0 : pairs.Average(pair => pair.Overlap);
        _meanOverlaps.Add(meanOverlap);
        _precision.Add(predicted, truth);
        _truths += truth.Length;
        _recalled += pairs.Count(pair => pair.Overlap >= 0.5 && Names(answer[pair.Predicted].Phrase, sample.Labels[pair.Truth]));

        var all = Mask.Union(truth);
        var union = predicted.Length == 0 ? Mask.Empty(all.Width, all.Height) : Mask.Union(predicted);
        _unionOverlaps.Add(union.IntersectionOverUnion(all));
        var shared = union.IntersectionArea(all);
        _intersection += shared;
        _union += union.Area + all.Area - shared;
        _found.Add(predicted.Length > 0 ? 1 : 0);
        _phrases.Add(PhraseScore(PhrasesOf(sample.Answer), [.. answer.Select(segment => segment.Phrase).OfType<string>()]));
        var labels = sample.Labels.Distinct().OrderByDescending(label => label.Length).ToArray();
        _quality.Add(
            [.. answer.Select(segment => (segment.Mask, labels.FirstOrDefault(label => Names(segment.Phrase, label))))],
            [.. truth.Zip(sample.Labels, (mask, label) => (mask, label))]);
        return meanOverlap;
    }

    /// <summary>F1 of two bags of phrases.</summary>
    private static double PhraseScore(List<string> wanted, List<string> got)
    {
        if (wanted.Count + got.Count == 0)
        {
            return 1;
        }

        var rest = new List<string>(wanted);
        var common = got.Count(phrase => rest.Remove(phrase));
        return 2d * common / (wanted.Count + got.Count);
    }

    private static bool Names(string? phrase, string label) =>
        phrase is not null && Regex.IsMatch(phrase, $@"\b{Regex.Escape(label)}\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking);

    private static List<string> PhrasesOf(string answer) => [.. PhrasePattern().Matches(answer).Select(match => match.Groups[1].Value.Trim())];

    private static string Normalize(string text) => string.Join(' ', Markup().Replace(text, " ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        .Replace(" .", ".", StringComparison.Ordinal)
        .Replace(" ,", ",", StringComparison.Ordinal);

    [GeneratedRegex("<p>(.*?)</p>")]
    private static partial Regex PhrasePattern();

    [GeneratedRegex(@"</?p>|</?s>|\[SEG\]", RegexOptions.NonBacktracking)]
    private static partial Regex Markup();
}

/// <summary>A metric of a task.</summary>
/// <param name="Name">As in the JSON output.</param>
/// <param name="Value">0 to 1.</param>
/// <param name="Low">Lower end of the 95 % interval, if there is one.</param>
/// <param name="High">Upper end.</param>
public sealed record Metric(string Name, double Value, double? Low, double? High);
