using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Captions;
using MGLMM.Evaluation.Predictions;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// The published evaluation of MGLMM. Grounded descriptions (GCG, MGSC) have AP50 of one category in the order of the pictures' ids, mIoU, recall
/// with its early end, METEOR and CIDEr-D; expressions and questions have gIoU and cIoU of all masks together. What a sample ignores is background.
/// </summary>
/// <param name="frequencies">How rare words are in the task's truths.</param>
/// <param name="similarity">How alike a label and a phrase are.</param>
/// <param name="synonyms">WordNet, for METEOR with synonyms; may be null.</param>
internal sealed class MglmmScores(DocumentFrequencies frequencies, Func<string, string, double> similarity, WordNet? synonyms = null) : ITaskScores
{
    private readonly List<double> _meanOverlaps = [];
    private readonly AveragePrecision _precision = new();
    private readonly EarlyEndRecall _recall = new(similarity);
    private readonly UnionOverlaps _overlaps = new();
    private readonly Descriptions _descriptions = new(frequencies, synonyms);
    private int _count;

    public double Add(SegCapSample sample, string text, IReadOnlyList<PredictedMask> answer)
    {
        _count++;
        double meteor = _descriptions.Add(sample, text);
        return AnswerKinds.Of(sample) switch
        {
            AnswerKind.Grounded when AnswerKinds.Describes(sample) => AddGrounded(sample, text, answer),
            AnswerKind.Grounded => _overlaps.Add(MaskAreas.Of(sample, answer), hasTarget: true),
            AnswerKind.Nothing => _overlaps.Add(MaskAreas.Of(sample, answer), hasTarget: false),
            _ => meteor,
        };
    }

    public TaskResult Result()
    {
        MetricList metrics = new();
        metrics.Mean("miou", _meanOverlaps);
        if (_precision.Count > 0)
        {
            metrics.Statistic("ap50", _precision.Count, _precision.Value(), _precision.Value);
            _recall.List(metrics);
        }

        _overlaps.List(metrics);
        _descriptions.List(metrics);
        return new TaskResult(_count, metrics.Metrics, []);
    }

    private double AddGrounded(SegCapSample sample, string text, IReadOnlyList<PredictedMask> answer)
    {
        Mask[] truth = SegCapFile.MasksOf(sample);
        Mask[] predicted = answer.Select(segment => segment.Mask).ToArray();
        double[,] overlaps = MaskMatching.Overlaps(predicted, truth);
        List<(int Predicted, int Truth, double Overlap)> pairs = MaskMatching.Greedy(overlaps);
        _meanOverlaps.Add(pairs.Count == 0 ? 0 : pairs.Average(pair => pair.Overlap));
        _precision.Add(predicted, truth, OfficialOrder.IdOf(sample));
        _recall.Add(overlaps, AnswerText.SaidPhrases(text, [.. answer.Select(segment => segment.Phrase)]), sample.Labels);
        return pairs.Sum(pair => pair.Overlap) / Math.Max(predicted.Length, truth.Length);
    }
}
