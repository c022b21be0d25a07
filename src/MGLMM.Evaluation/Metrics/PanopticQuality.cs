using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// Panoptic quality (Kirillov et al., 2019): per label, the IoU of matched segments (IoU above 0.5, same label) over
/// matches and half of the unmatched; then the mean over labels that occur. A segment whose phrase names no label of the file
/// belongs to no label and counts for none; the truth that it should have been counts as missed.
/// </summary>
internal sealed class PanopticQuality
{
    private readonly Dictionary<string, int> _labels = new(StringComparer.Ordinal);
    private readonly List<List<(int Label, Tally Tally)>> _samples = [];

    /// <summary>Samples that were added.</summary>
    public int Count => _samples.Count;

    /// <param name="predicted">Masks and what each is called; null where no known label is in the phrase.</param>
    /// <param name="truth">Masks and labels.</param>
    public void Add(IReadOnlyList<(Mask Mask, string? Label)> predicted, IReadOnlyList<(Mask Mask, string Label)> truth)
    {
        List<(int Label, Tally Tally)> tallies = new(predicted.Count + truth.Count);
        bool[] matched = new bool[predicted.Count];
        foreach ((Mask mask, string label) in truth)
        {
            // Above 0.5 a match is unique as long as the masks of one side do not overlap; the first one counts otherwise.
            (int index, double overlap) = (-1, 0d);
            for (int candidate = 0; candidate < predicted.Count && index < 0; candidate++)
            {
                if (!matched[candidate] && predicted[candidate].Label == label && (overlap = predicted[candidate].Mask.IntersectionOverUnion(mask)) > 0.5)
                {
                    (index, matched[candidate]) = (candidate, true);
                }
            }

            tallies.Add((IdOf(label), index >= 0 ? new Tally(overlap, Matched: 1, Missed: 0, False: 0) : new Tally(0, Matched: 0, Missed: 1, False: 0)));
        }

        for (int index = 0; index < predicted.Count; index++)
        {
            if (!matched[index] && predicted[index].Label is { } label)
            {
                tallies.Add((IdOf(label), new Tally(0, Matched: 0, Missed: 0, False: 1)));
            }
        }

        _samples.Add(tallies);
    }

    /// <summary>0 to 1; null where nothing was added.</summary>
    public double? Value() => Value([.. Enumerable.Range(0, _samples.Count)]);

    /// <summary>The value over some of the samples, by index.</summary>
    public double? Value(int[] drawn)
    {
        Tally[] sums = new Tally[_labels.Count];
        foreach (int index in drawn)
        {
            foreach ((int label, Tally tally) in _samples[index])
            {
                sums[label] += tally;
            }
        }

        (double total, int occurring) = (0d, 0);
        foreach (Tally sum in sums)
        {
            if (sum.Matched + sum.Missed + sum.False > 0)
            {
                total += sum.Overlap / (sum.Matched + (0.5 * (sum.Missed + sum.False)));
                occurring++;
            }
        }

        return occurring == 0 ? null : total / occurring;
    }

    private int IdOf(string label)
    {
        if (!_labels.TryGetValue(label, out int id))
        {
            _labels.Add(label, id = _labels.Count);
        }

        return id;
    }

    private readonly record struct Tally(double Overlap, int Matched, int Missed, int False)
    {
        public static Tally operator +(Tally left, Tally right) =>
            new(left.Overlap + right.Overlap, left.Matched + right.Matched, left.Missed + right.Missed, left.False + right.False);
    }
}
