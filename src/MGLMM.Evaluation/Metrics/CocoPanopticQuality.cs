using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// Panoptic quality as panopticapi computes it: a match has IoU above 0.5 and the same category, its union without what the answer marks in void;
/// a segment of the answer of which more than half lies in void or in a crowd of its own category is not false; crowds are never matched nor missed.
/// Per category the IoU of matches over matches and half of the unmatched, then the mean over categories that occur.
/// </summary>
internal sealed class CocoPanopticQuality
{
    private readonly Dictionary<string, int> _categories = new(StringComparer.Ordinal);
    private readonly List<List<(int Category, Tally Tally)>> _samples = [];

    /// <summary>Samples that were added.</summary>
    public int Count => _samples.Count;

    /// <summary>Adds a sample.</summary>
    /// <param name="answer">Segments in order, of known categories; where they overlap the later one has the pixels, as a panoptic picture holds one each.</param>
    /// <param name="truth">Segments that are to be found.</param>
    /// <param name="crowds">Crowds; of several of one category the last counts, as there.</param>
    /// <param name="nothing">Void: pixels that belong to no segment of the truth and do not count.</param>
    public void Add(
        IReadOnlyList<(Mask Mask, string Label)> answer, IReadOnlyList<(Mask Mask, string Label)> truth, IReadOnlyList<(Mask Mask, string Label)> crowds, Mask nothing)
    {
        List<(int Category, Tally Tally)> tallies = new();
        List<(Mask Mask, string Label)> predicted = Flattened(answer);
        bool[] matched = new bool[predicted.Count];
        foreach ((Mask mask, string label) in truth)
        {
            (int index, double overlap) = (-1, 0d);
            for (int candidate = 0; candidate < predicted.Count && index < 0; candidate++)
            {
                if (matched[candidate] || predicted[candidate].Label != label)
                {
                    continue;
                }

                Mask segment = predicted[candidate].Mask;
                long shared = segment.IntersectionArea(mask);
                long union = segment.Area + mask.Area - shared - segment.IntersectionArea(nothing);
                if (shared > 0 && (overlap = (double)shared / union) > 0.5)
                {
                    (index, matched[candidate]) = (candidate, true);
                }
            }

            tallies.Add((IdOf(label), index >= 0 ? new Tally(overlap, Matched: 1, Missed: 0, False: 0) : new Tally(0, Matched: 0, Missed: 1, False: 0)));
        }

        for (int index = 0; index < predicted.Count; index++)
        {
            if (matched[index])
            {
                continue;
            }

            (Mask mask, string label) = predicted[index];
            long uncounted = mask.IntersectionArea(nothing) + (crowds.LastOrDefault(crowd => crowd.Label == label).Mask?.IntersectionArea(mask) ?? 0);
            if ((double)uncounted / mask.Area <= 0.5)
            {
                tallies.Add((IdOf(label), new Tally(0, Matched: 0, Missed: 0, False: 1)));
            }
        }

        _samples.Add(tallies);
    }

    /// <summary>Lists <c>pq</c>, and further <c>sq</c> (how well matches overlap) and <c>rq</c> (how many there are).</summary>
    public void List(MetricList metrics, MetricList further)
    {
        metrics.Statistic("pq", Count, drawn => Mean(drawn, sum => sum.Overlap / (sum.Matched + (0.5 * (sum.Missed + sum.False)))));
        further.Statistic("sq", Count, drawn => Mean(drawn, sum => sum.Matched == 0 ? 0 : sum.Overlap / sum.Matched));
        further.Statistic("rq", Count, drawn => Mean(drawn, sum => sum.Matched / (sum.Matched + (0.5 * (sum.Missed + sum.False)))));
    }

    private double? Mean(int[] drawn, Func<Tally, double> value)
    {
        Tally[] sums = new Tally[_categories.Count];
        foreach (int index in drawn)
        {
            foreach ((int category, Tally tally) in _samples[index])
            {
                sums[category] += tally;
            }
        }

        Tally[] occurring = Array.FindAll(sums, sum => sum.Matched + sum.Missed + sum.False > 0);
        return occurring.Length == 0 ? null : occurring.Average(value);
    }

    /// <summary>The segments without what later ones cover; those of which nothing is left are gone.</summary>
    private static List<(Mask Mask, string Label)> Flattened(IReadOnlyList<(Mask Mask, string Label)> answer)
    {
        List<(Mask Mask, string Label)> flattened = new();
        Mask? covered = default(Mask);
        foreach ((Mask mask, string label) in answer.Reverse())
        {
            Mask rest = covered is null ? mask : mask.Subtract(covered);
            covered = covered is null ? mask : covered.Union(mask);
            if (!rest.IsEmpty)
            {
                flattened.Add((rest, label));
            }
        }

        flattened.Reverse();
        return flattened;
    }

    private int IdOf(string label)
    {
        if (!_categories.TryGetValue(label, out int id))
        {
            _categories.Add(label, id = _categories.Count);
        }

        return id;
    }

    private readonly record struct Tally(double Overlap, int Matched, int Missed, int False)
    {
        public static Tally operator +(Tally left, Tally right) =>
            new(left.Overlap + right.Overlap, left.Matched + right.Matched, left.Missed + right.Missed, left.False + right.False);
    }
}
