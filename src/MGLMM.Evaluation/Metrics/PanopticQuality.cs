using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// Panoptic quality (Kirillov et al., 2019): per label, the IoU of matched segments (IoU above 0.5, same label) over
/// matches and half of the unmatched; then the mean over labels that occur.
/// </summary>
internal sealed class PanopticQuality
{
    private readonly SortedDictionary<string, (double Overlap, int Matched, int Missed, int False)> _labels = new(StringComparer.Ordinal);

    /// <param name="predicted">Masks and what each is called; null where no known label is in the phrase.</param>
    /// <param name="truth">Masks and labels.</param>
    public void Add(IReadOnlyList<(Mask Mask, string? Label)> predicted, IReadOnlyList<(Mask Mask, string Label)> truth)
    {
        var matched = new bool[predicted.Count];
        foreach (var (mask, label) in truth)
        {
            // Above 0.5 a match is unique as long as the masks of one side do not overlap; the first one counts otherwise.
            var index = -1;
            for (var candidate = 0; candidate < predicted.Count && index < 0; candidate++)
            {
                if (!matched[candidate] && predicted[candidate].Label == label && predicted[candidate].Mask.IntersectionOverUnion(mask) > 0.5)
                {
                    index = candidate;
                }
            }

            var entry = _labels.GetValueOrDefault(label);
            if (index >= 0)
            {
                matched[index] = true;
                _labels[label] = entry with { Overlap = entry.Overlap + predicted[index].Mask.IntersectionOverUnion(mask), Matched = entry.Matched + 1 };
            }
            else
            {
                _labels[label] = entry with { Missed = entry.Missed + 1 };
            }
        }

        for (var index = 0; index < predicted.Count; index++)
        {
            if (!matched[index] && predicted[index].Label is { } label)
            {
                var entry = _labels.GetValueOrDefault(label);
                _labels[label] = entry with { False = entry.False + 1 };
            }
        }
    }

    /// <summary>0 to 1; null where nothing was added.</summary>
    public double? Value() => _labels.Count == 0
        ? null
        : _labels.Values.Average(entry => entry.Overlap / (entry.Matched + (0.5 * (entry.Missed + entry.False))));
}
