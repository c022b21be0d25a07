using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// Recall as the published evaluation of GCG and MGSC computes it: per sample the pair of the largest IoU counts if that is 0.5 or more and the
/// phrase is like the label; the first pair that fails either test ends the sample. All matches over all labels.
/// </summary>
/// <param name="similarity">How alike a label and a phrase are; 0.5 or more is alike.</param>
internal sealed class EarlyEndRecall(Func<string, string, double> similarity)
{
    private const double Threshold = 0.5;

    private readonly List<(int Recalled, int Truths)> _samples = [];

    /// <summary>Adds a sample.</summary>
    /// <param name="overlaps">IoU of every predicted mask (rows) with every true one (columns).</param>
    /// <param name="phrases">Those of the answer in order: the k-th belongs to the k-th mask.</param>
    /// <param name="labels">One per true mask.</param>
    public void Add(double[,] overlaps, IReadOnlyList<string> phrases, IReadOnlyList<string> labels)
    {
        int recalled = 0;
        foreach ((int predicted, int truth, double overlap) in MaskMatching.Greedy(overlaps))
        {
            if (overlap < Threshold)
            {
                break;
            }

            if (predicted >= phrases.Count)
            {
                // There an index beyond the phrases throws, and the picture counts in neither sum.
                _samples.Add((0, 0));
                return;
            }

            if (similarity(labels[truth], phrases[predicted]) < Threshold)
            {
                break;
            }

            recalled++;
        }

        _samples.Add((recalled, labels.Count));
    }

    /// <summary>Lists <c>mask_recall</c>; nothing where there are no labels.</summary>
    public void List(MetricList metrics) => metrics.Statistic("mask_recall", _samples.Count, Value);

    private double? Value(int[] drawn)
    {
        (int recalled, int truths) = (0, 0);
        foreach (int index in drawn)
        {
            recalled += _samples[index].Recalled;
            truths += _samples[index].Truths;
        }

        return truths == 0 ? null : (double)recalled / truths;
    }
}
