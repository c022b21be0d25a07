using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// Average precision at IoU 0.5 over all samples, of one category and with equal scores, as the official evaluation calls
/// COCO's: detections keep their order, precision is read off at 101 recalls.
/// </summary>
internal sealed class AveragePrecision
{
    private const double Threshold = 0.5;

    /// <summary>COCO looks at no more of a picture.</summary>
    private const int MaximumDetections = 100;

    private readonly List<bool> _hits = [];
    private int _truths;

    public void Add(IReadOnlyList<Mask> predicted, IReadOnlyList<Mask> truth)
    {
        _truths += truth.Count;
        var overlaps = MaskMatching.Overlaps(predicted, truth);
        var taken = new bool[truth.Count];
        for (var detection = 0; detection < Math.Min(predicted.Count, MaximumDetections); detection++)
        {
            var (best, overlap) = (-1, Threshold);
            for (var index = 0; index < truth.Count; index++)
            {
                if (!taken[index] && overlaps[detection, index] >= overlap)
                {
                    (best, overlap) = (index, overlaps[detection, index]);
                }
            }

            _hits.Add(best >= 0);
            if (best >= 0)
            {
                taken[best] = true;
            }
        }
    }

    /// <summary>0 to 1; null without any truth.</summary>
    public double? Value()
    {
        if (_truths == 0)
        {
            return null;
        }

        var (recalls, precisions) = (new double[_hits.Count], new double[_hits.Count]);
        var found = 0;
        for (var index = 0; index < _hits.Count; index++)
        {
            found += _hits[index] ? 1 : 0;
            recalls[index] = (double)found / _truths;
            precisions[index] = (double)found / (index + 1);
        }

        for (var index = _hits.Count - 2; index >= 0; index--)
        {
            precisions[index] = Math.Max(precisions[index], precisions[index + 1]);
        }

        var sum = 0d;
        for (var step = 0; step <= 100; step++)
        {
            var at = Array.FindIndex(recalls, recall => recall >= step / 100d);
            sum += at < 0 ? 0 : precisions[at];
        }

        return sum / 101;
    }
}
