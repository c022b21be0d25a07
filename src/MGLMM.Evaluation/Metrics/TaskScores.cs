using MGLMM.Evaluation.Captions;
using MGLMM.Evaluation.Predictions;
using MGLMM.Data.SegCap;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// Metrics of one task. Which apply follows from the samples: answers with masks get mask metrics, answers that should have had none
/// count for N-acc, descriptions for METEOR and CIDEr, plain answers for accuracy.
/// </summary>
/// <param name="labels">What phrases may be about.</param>
/// <param name="frequencies">How rare words are in the task's truths.</param>
internal sealed class TaskScores(LabelVocabulary labels, DocumentFrequencies frequencies)
{
    private readonly List<double> _meanOverlaps = [];
    private readonly List<double> _unionOverlaps = [];
    private readonly List<double> _found = [];
    private readonly List<double> _refused = [];
    private readonly List<PhraseScores> _phrases = [];
    private readonly List<double> _right = [];
    private readonly List<double> _meteor = [];
    private readonly CiderD _cider = new(frequencies);
    private readonly AveragePrecision _precision = new();
    private readonly PanopticQuality _quality = new();
    private readonly List<(long Intersection, long Union)> _areas = [];
    private readonly List<(int Recalled, int Truths)> _recalls = [];

    /// <summary>Samples that were added.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a sample and what the model answered.</summary>
    /// <returns>
    /// How good this one answer is, 0 to 1, to find the best and the worst by: for masks, the IoU of the pairs over the larger number
    /// of masks; for a description METEOR; else right or wrong.
    /// </returns>
    public double Add(SegCapSample sample, string text, IReadOnlyList<PredictedMask> answer)
    {
        Count++;
        var meteor = AnswerKinds.Describes(sample) ? AddCaption(sample, text) : 0;
        switch (AnswerKinds.Of(sample))
        {
            case AnswerKind.Grounded:
                return AddMasks(sample, text, answer);
            case AnswerKind.Nothing:
                AddNothing(sample, answer);
                return _refused[^1];
            case AnswerKind.Caption:
                return meteor;
            default:
                _right.Add(AnswerText.Words(text).SequenceEqual(AnswerText.Words(sample.Answer)) ? 1 : 0);
                return _right[^1];
        }
    }

    /// <summary>The metrics that apply, with their 95 % confidence intervals.</summary>
    public TaskResult Result()
    {
        var metrics = new List<Metric>();
        Mean(metrics, "miou", _meanOverlaps);
        if (_recalls.Exists(entry => entry.Truths > 0))
        {
            Statistic(metrics, "ap50", _precision.Count, _precision.Value(), _precision.Value);
            Statistic(metrics, "mask_recall", _recalls.Count, Recall);
        }

        Mean(metrics, "giou", _unionOverlaps);
        if (_found.Count > 0)
        {
            // Without any target it would be zero whatever is answered.
            Statistic(metrics, "ciou", _areas.Count, CumulativeOverlap);
        }

        Mean(metrics, "t_acc", _found);
        Mean(metrics, "n_acc", _refused);
        Mean(metrics, "phrase_f1", [.. _phrases.Select(score => score.F1)]);
        if (_recalls.Exists(entry => entry.Truths > 0))
        {
            Statistic(metrics, "pq", _quality.Count, _quality.Value(), _quality.Value);
        }

        Mean(metrics, "meteor", _meteor);
        Mean(metrics, "cider", _cider.Scores());
        Mean(metrics, "accuracy", _right);

        var further = new List<Metric>();
        Mean(further, "phrase_precision", [.. _phrases.Select(score => score.Precision)]);
        Mean(further, "phrase_recall", [.. _phrases.Select(score => score.Recall)]);
        return new TaskResult(Count, metrics, further);
    }

    private double AddCaption(SegCapSample sample, string text)
    {
        var (said, wanted) = (AnswerText.Words(text), AnswerText.Words(sample.Answer));
        _cider.Add(said, wanted);
        _meteor.Add(Meteor.Score(said, wanted));
        return _meteor[^1];
    }

    /// <summary>gRefCOCO's rules for a sample without a target: right, with gIoU 1, if no pixel is marked; what is marked adds to the union of cIoU.</summary>
    private void AddNothing(SegCapSample sample, IReadOnlyList<PredictedMask> answer)
    {
        var union = answer.Count == 0 ? null : Mask.Union(answer.Select(segment => segment.Mask));
        _refused.Add(union is null || union.IsEmpty ? 1 : 0);
        _unionOverlaps.Add(_refused[^1]);
        _areas.Add((0, union?.Area ?? 0));
        _precision.Add([.. answer.Select(segment => segment.Mask)], []);
        _quality.Add([.. answer.Select(segment => (segment.Mask, labels.Of(segment.Phrase)))], []);
    }

    private double AddMasks(SegCapSample sample, string text, IReadOnlyList<PredictedMask> answer)
    {
        var truth = SegCapFile.MasksOf(sample);
        var predicted = answer.Select(segment => segment.Mask).ToArray();
        var names = answer.Select(segment => labels.Of(segment.Phrase)).ToArray();
        var pairs = MaskMatching.Greedy(MaskMatching.Overlaps(predicted, truth));
        _meanOverlaps.Add(pairs.Count == 0 ? 0 : pairs.Average(pair => pair.Overlap));
        _precision.Add(predicted, truth);
        _recalls.Add((pairs.Count(pair => pair.Overlap >= 0.5 && names[pair.Predicted] == sample.Labels[pair.Truth]), truth.Length));
        _quality.Add([.. predicted.Zip(names)], [.. truth.Zip(sample.Labels)]);

        var all = Mask.Union(truth);
        var union = predicted.Length == 0 ? Mask.Empty(all.Width, all.Height) : Mask.Union(predicted);
        var shared = union.IntersectionArea(all);
        _areas.Add((shared, union.Area + all.Area - shared));
        _unionOverlaps.Add(_areas[^1].Union == 0 ? 1 : (double)shared / _areas[^1].Union);
        _found.Add(union.IsEmpty ? 0 : 1);
        _phrases.Add(PhraseScores.Of(AnswerText.Phrases(sample.Answer), AnswerText.Phrases(text)));
        return pairs.Sum(pair => pair.Overlap) / Math.Max(predicted.Length, truth.Length);
    }

    private double? Recall(int[] drawn)
    {
        var (recalled, truths) = (0, 0);
        foreach (var index in drawn)
        {
            recalled += _recalls[index].Recalled;
            truths += _recalls[index].Truths;
        }

        return truths == 0 ? null : (double)recalled / truths;
    }

    private double? CumulativeOverlap(int[] drawn)
    {
        var (intersection, union) = (0L, 0L);
        foreach (var index in drawn)
        {
            intersection += _areas[index].Intersection;
            union += _areas[index].Union;
        }

        return union == 0 ? null : (double)intersection / union;
    }

    private static void Mean(List<Metric> metrics, string name, IReadOnlyList<double> values)
    {
        if (values.Count > 0)
        {
            var (low, high) = Bootstrap.MeanInterval(values);
            metrics.Add(new Metric(name, values.Average(), low, high));
        }
    }

    private static void Statistic(List<Metric> metrics, string name, int samples, Func<int[], double?> statistic) =>
        Statistic(metrics, name, samples, statistic([.. Enumerable.Range(0, samples)]), statistic);

    private static void Statistic(List<Metric> metrics, string name, int samples, double? value, Func<int[], double?> statistic)
    {
        if (value is { } known)
        {
            var interval = Bootstrap.Interval(samples, statistic);
            metrics.Add(new Metric(name, known, interval?.Low, interval?.High));
        }
    }
}
