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

    private readonly List<(bool[] Hits, int Truths)> _samples = [];

    /// <summary>Samples that were added.</summary>
    public int Count => _samples.Count;

    public void Add(IReadOnlyList<Mask> predicted, IReadOnlyList<Mask> truth)
    {
        var overlaps = MaskMatching.Overlaps(predicted, truth);
        var taken = new bool[truth.Count];
        var hits = new bool[Math.Min(predicted.Count, MaximumDetections)];
        for (var detection = 0; detection < hits.Length; detection++)
        {
            var (best, overlap) = (-1, Threshold);
            for (var index = 0; index < truth.Count; index++)
            {
                if (!taken[index] && overlaps[detection, index] >= overlap)
                {
                    (best, overlap) = (index, overlaps[detection, index]);
                }
            }

            hits[detection] = best >= 0;
            if (best >= 0)
            {
                taken[best] = true;
            }
        }

        _samples.Add((hits, truth.Count));
    }

    /// <summary>0 to 1; null without any truth.</summary>
    public double? Value() => Value([.. Enumerable.Range(0, _samples.Count)]);

    /// <summary>The value over some of the samples, by index.</summary>
    public double? Value(int[] drawn)
    {
        var (detections, truths) = (0, 0);
        foreach (var index in drawn)
        {
            detections += _samples[index].Hits.Length;
            truths += _samples[index].Truths;
        }

        if (truths == 0)
        {
            return null;
        }

        var (found, at) = (0, 0);
        var (recalls, precisions) = (new double[detections], new double[detections]);
        foreach (var index in drawn)
        {
            foreach (var hit in _samples[index].Hits)
            {
                found += hit ? 1 : 0;
                recalls[at] = (double)found / truths;
                precisions[at] = (double)found / (at + 1);
                at++;
            }
        }

        return MeanPrecision(recalls, precisions);
    }

    private static double MeanPrecision(double[] recalls, double[] precisions)
    {
        for (var index = precisions.Length - 2; index >= 0; index--)
        {
            precisions[index] = Math.Max(precisions[index], precisions[index + 1]);
        }

        var (sum, reached) = (0d, 0);
        for (var step = 0; step <= 100; step++)
        {
            while (reached < recalls.Length && recalls[reached] < step / 100d)
            {
                reached++;
            }

            sum += reached < recalls.Length ? precisions[reached] : 0;
        }

        return sum / 101;
    }
}
