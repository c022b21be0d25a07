using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Captions;
using MGLMM.Evaluation.Predictions;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// Metrics of one task. Which apply follows from the samples: answers with masks get mask metrics, answers that should have had none
/// count for N-acc, descriptions for METEOR and CIDEr, plain answers for accuracy. Pixels that a sample ignores are taken out of its truth and of the answer before
/// masks are compared; what lies in them altogether, on either side, is not there.
/// </summary>
/// <param name="labels">What phrases may be about.</param>
/// <param name="frequencies">How rare words are in the task's truths.</param>
/// <param name="synonyms">WordNet, for METEOR with synonyms; may be null.</param>
internal sealed class TaskScores(LabelVocabulary labels, DocumentFrequencies frequencies, WordNet? synonyms = null) : ITaskScores
{
    private readonly List<double> _meanOverlaps = [];
    private readonly List<double> _unionOverlaps = [];
    private readonly List<double> _found = [];
    private readonly List<double> _refused = [];
    private readonly List<PhraseScores> _phrases = [];
    private readonly List<double> _right = [];
    private readonly Descriptions _descriptions = new(frequencies, synonyms);
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
        double meteor = _descriptions.Add(sample, text);
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
        (MetricList metrics, MetricList further) = (new MetricList(), new MetricList());
        metrics.Mean("miou", _meanOverlaps);
        if (_recalls.Exists(entry => entry.Truths > 0))
        {
            metrics.Statistic("ap50", _precision.Count, _precision.Value(), _precision.Value);
            metrics.Statistic("mask_recall", _recalls.Count, Recall);
        }

        metrics.Mean("giou", _unionOverlaps);
        if (_found.Count > 0)
        {
            // Without any target it would be zero whatever is answered.
            metrics.Statistic("ciou", _areas.Count, CumulativeOverlap);
        }

        metrics.Mean("t_acc", _found);
        metrics.Mean("n_acc", _refused);
        metrics.Mean("phrase_f1", [.. _phrases.Select(score => score.F1)]);
        if (_recalls.Exists(entry => entry.Truths > 0))
        {
            metrics.Statistic("pq", _quality.Count, _quality.Value(), _quality.Value);
        }

        _descriptions.List(metrics);
        metrics.Mean("accuracy", _right);

        further.Mean("phrase_precision", [.. _phrases.Select(score => score.Precision)]);
        further.Mean("phrase_recall", [.. _phrases.Select(score => score.Recall)]);
        return new TaskResult(Count, metrics.Metrics, further.Metrics);
    }

    /// <summary>gRefCOCO's rules for a sample without a target: right, with gIoU 1, if no pixel is marked; what is marked adds to the union of cIoU.</summary>
    private void AddNothing(SegCapSample sample, IReadOnlyList<PredictedMask> answer)
    {
        Mask? ignored = SegCapFile.IgnoreOf(sample);
        long marked = MaskAreas.Of(sample, answer, ignored).Marked;
        _refused.Add(marked == 0 ? 1 : 0);
        _unionOverlaps.Add(_refused[^1]);
        _areas.Add((0, marked));
        List<(Mask Mask, string? Label)> counted = Counted(answer, ignored);
        _precision.Add([.. counted.Select(segment => segment.Mask)], []);
        _quality.Add(counted, []);
    }

    private double AddMasks(SegCapSample sample, string text, IReadOnlyList<PredictedMask> answer)
    {
        Mask? ignored = SegCapFile.IgnoreOf(sample);
        (Mask Mask, string Label)[] truth =
            [.. SegCapFile.MasksOf(sample).Zip(sample.Labels, (mask, label) => (Mask: CountedPixels.Of(mask, ignored), Label: labels.OfTruth(label))).Where(target => target.Mask is not null).Select(target => (target.Mask!, target.Label))];
        List<(Mask Mask, string? Label)> predicted = Counted(answer, ignored);
        Mask[] wanted = [.. truth.Select(target => target.Mask)];
        Mask[] found = [.. predicted.Select(segment => segment.Mask)];
        List<(int Predicted, int Truth, double Overlap)> pairs = MaskMatching.Greedy(MaskMatching.Overlaps(found, wanted));
        _precision.Add(found, wanted);
        _recalls.Add((pairs.Count(pair => pair.Overlap >= 0.5 && predicted[pair.Predicted].Label == truth[pair.Truth].Label), truth.Length));
        _quality.Add(predicted, truth);

        MaskAreas areas = MaskAreas.Of(sample, answer, ignored);
        _areas.Add((areas.Intersection, areas.Union));
        _unionOverlaps.Add(areas.Union == 0 ? 1 : (double)areas.Intersection / areas.Union);
        if (truth.Length > 0)
        {
            // Of targets that are ignored altogether it cannot be said how well, or whether, they were found.
            _meanOverlaps.Add(pairs.Count == 0 ? 0 : pairs.Average(pair => pair.Overlap));
            _found.Add(areas.Marked == 0 ? 0 : 1);
        }

        _phrases.Add(PhraseScores.Of(AnswerText.Phrases(sample.Answer), AnswerText.Phrases(text, [.. answer.Select(segment => segment.Phrase)])));
        return predicted.Count + truth.Length == 0 ? 1 : pairs.Sum(pair => pair.Overlap) / Math.Max(predicted.Count, truth.Length);
    }

    /// <summary>What of an answer counts, and what it is called.</summary>
    private List<(Mask Mask, string? Label)> Counted(IReadOnlyList<PredictedMask> answer, Mask? ignored) =>
        [.. answer.Select(segment => (Mask: CountedPixels.Of(segment.Mask, ignored), Label: labels.Of(segment.Phrase))).Where(segment => segment.Mask is not null).Select(segment => (segment.Mask!, segment.Label))];

    private double? Recall(int[] drawn)
    {
        (int recalled, int truths) = (0, 0);
        foreach (int index in drawn)
        {
            recalled += _recalls[index].Recalled;
            truths += _recalls[index].Truths;
        }

        return truths == 0 ? null : (double)recalled / truths;
    }

    private double? CumulativeOverlap(int[] drawn)
    {
        (long intersection, long union) = (0L, 0L);
        foreach (int index in drawn)
        {
            intersection += _areas[index].Intersection;
            union += _areas[index].Union;
        }

        return union == 0 ? null : (double)intersection / union;
    }
}
