using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// Average precision at IoU 0.5 over all samples, of one category and with equal scores, as the official evaluation calls
/// COCO's: detections keep their order, precision is read off at 101 recalls.
/// </summary>
/// <remarks>With equal scores the value depends on the samples' order: that of their ids as texts where they have any, else the one they were added in.</remarks>
internal sealed class AveragePrecision
{
    private const double Threshold = 0.5;

    /// <summary>COCO looks at no more of a picture.</summary>
    private const int MaximumDetections = 100;

    private readonly List<(bool[] Hits, int Truths)> _samples = [];
    private readonly List<string> _ids = [];
    private int[]? _ranks;

    /// <summary>Samples that were added.</summary>
    public int Count => _samples.Count;

    /// <summary>Adds a sample; all have an id or none has.</summary>
    /// <param name="predicted">In order.</param>
    /// <param name="truth">What is to be found.</param>
    /// <param name="id">The sample's.</param>
    /// <param name="crowds">
    /// As pycocotools takes those with <c>iscrowd</c>: a detection that hits no truth and lies at least half in one of them counts neither for nor against.
    /// </param>
    public void Add(IReadOnlyList<Mask> predicted, IReadOnlyList<Mask> truth, string? id = null, IReadOnlyList<Mask>? crowds = null)
    {
        if (id is not null)
        {
            _ids.Add(id);
            _ranks = null;
        }

        double[,] overlaps = MaskMatching.Overlaps(predicted, truth);
        bool[] taken = new bool[truth.Count];
        List<bool> hits = new();
        for (int detection = 0; detection < Math.Min(predicted.Count, MaximumDetections); detection++)
        {
            (int best, double overlap) = (-1, Threshold);
            for (int index = 0; index < truth.Count; index++)
            {
                if (!taken[index] && overlaps[detection, index] >= overlap)
                {
                    (best, overlap) = (index, overlaps[detection, index]);
                }
            }

            if (best >= 0)
            {
                taken[best] = true;
                hits.Add(true);
            }
            else if (crowds is null || !crowds.Any(crowd => LiesIn(predicted[detection], crowd)))
            {
                hits.Add(false);
            }
        }

        _samples.Add(([.. hits], truth.Count));
    }

    /// <summary>0 to 1; null without any truth.</summary>
    public double? Value() => Value([.. Enumerable.Range(0, _samples.Count)]);

    /// <summary>The value over some of the samples, by index.</summary>
    public double? Value(int[] drawn)
    {
        if (_ids.Count > 0)
        {
            drawn = InOrderOfIds(drawn);
        }

        (int detections, int truths) = (0, 0);
        foreach (int index in drawn)
        {
            detections += _samples[index].Hits.Length;
            truths += _samples[index].Truths;
        }

        if (truths == 0)
        {
            return null;
        }

        (int found, int at) = (0, 0);
        (double[] recalls, double[] precisions) = (new double[detections], new double[detections]);
        foreach (int index in drawn)
        {
            foreach (bool hit in _samples[index].Hits)
            {
                found += hit ? 1 : 0;
                recalls[at] = (double)found / truths;
                precisions[at] = (double)found / (at + 1);
                at++;
            }
        }

        return MeanPrecision(recalls, precisions);
    }

    private static bool LiesIn(Mask detection, Mask crowd) => !detection.IsEmpty && (double)detection.IntersectionArea(crowd) / detection.Area >= Threshold;

    private int[] InOrderOfIds(int[] drawn)
    {
        if (_ranks is null)
        {
            _ranks = new int[_ids.Count];
            foreach ((int rank, int index) in Enumerable.Range(0, _ids.Count).OrderBy(index => _ids[index], StringComparer.Ordinal).Index())
            {
                _ranks[index] = rank;
            }
        }

        return [.. drawn.OrderBy(index => _ranks[index])];
    }

    private static double MeanPrecision(double[] recalls, double[] precisions)
    {
        for (int index = precisions.Length - 2; index >= 0; index--)
        {
            precisions[index] = Math.Max(precisions[index], precisions[index + 1]);
        }

        (double sum, int reached) = (0d, 0);
        for (int step = 0; step <= 100; step++)
        {
            while (reached < recalls.Length && recalls[reached] < StepOf(step))
            {
                reached++;
            }

            sum += reached < recalls.Length ? precisions[reached] : 0;
        }

        return sum / 101;

        // As NumPy's linspace has them: 35 * 0.01 is more than 35 / 100.
        static double StepOf(int step) => step == 100 ? 1 : step * 0.01;
    }
}
