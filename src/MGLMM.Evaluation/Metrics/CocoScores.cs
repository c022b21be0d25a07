using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Captions;
using MGLMM.Evaluation.Predictions;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// COCO's protocols: panoptic quality with void and crowds, AP50 of one category with equal scores in the samples' order, captions. Crowds are the regions of a sample
/// that are called so; what it ignores besides is void, which for AP50 is one crowd more.
/// </summary>
/// <param name="labels">The categories.</param>
/// <param name="frequencies">How rare words are in the task's truths.</param>
/// <param name="synonyms">WordNet, for METEOR with synonyms; may be null.</param>
internal sealed class CocoScores(LabelVocabulary labels, DocumentFrequencies frequencies, WordNet? synonyms = null) : ITaskScores
{
    private readonly AveragePrecision _precision = new();
    private readonly CocoPanopticQuality _quality = new();
    private readonly Descriptions _descriptions = new(frequencies, synonyms);
    private int _count;

    public double Add(SegCapSample sample, string text, IReadOnlyList<PredictedMask> answer)
    {
        _count++;
        double meteor = _descriptions.Add(sample, text);
        if (AnswerKinds.Of(sample) is not (AnswerKind.Grounded or AnswerKind.Nothing))
        {
            return meteor;
        }

        Mask[] truth = SegCapFile.MasksOf(sample);
        Mask[] predicted = answer.Select(segment => segment.Mask).ToArray();
        UncountedParts uncounted = UncountedParts.Of(sample);
        _precision.Add(predicted, truth, crowds: [.. uncounted.AsCrowds.Select(crowd => crowd.Mask)]);
        _quality.Add(
            [.. answer.Select(segment => (segment.Mask, Label: labels.Of(segment.Phrase))).Where(segment => segment.Label is not null).Select(segment => (segment.Mask, segment.Label!))],
            [.. truth.Zip(sample.Labels, (mask, label) => (mask, labels.OfTruth(label)))],
            [.. uncounted.Crowds.Select(crowd => crowd with { Label = labels.OfTruth(crowd.Label) })],

            // Where a sample ignores pixels of its own truth, as LISA's do, they stay the truth's: a panoptic picture has one segment at each.
            truth.Aggregate(uncounted.Void, (rest, mask) => rest.Subtract(mask)));
        return predicted.Length + truth.Length == 0
            ? 1
            : MaskMatching.Greedy(MaskMatching.Overlaps(predicted, truth)).Sum(pair => pair.Overlap) / Math.Max(predicted.Length, truth.Length);
    }

    public TaskResult Result()
    {
        (MetricList metrics, MetricList further) = (new MetricList(), new MetricList());
        if (_precision.Value() is { } precision)
        {
            metrics.Statistic("ap50", _precision.Count, precision, _precision.Value);
            _quality.List(metrics, further);
        }

        _descriptions.List(metrics);
        return new TaskResult(_count, metrics.Metrics, further.Metrics);
    }
}
