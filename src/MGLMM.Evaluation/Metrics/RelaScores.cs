using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Predictions;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// ReLA's protocol of gRefCOCO. A model says that nothing is meant by an answer without a <c>[SEG]</c>: that is the flag, which an empty mask is not.
/// A sample without a target is right, with IoU 1, if it is flagged, and only if not, what is marked joins the union of cIoU; the intersection of a
/// sample with a target that is flagged is 0, its union stays.
/// </summary>
internal sealed class RelaScores : ITaskScores
{
    private readonly List<double> _overlaps = [];
    private readonly List<(long Intersection, long Union)> _areas = [];
    private readonly List<double> _refused = [];
    private readonly List<double> _refusedByPixel = [];
    private readonly List<double> _found = [];
    private readonly List<double> _foundByPixel = [];
    private readonly List<double> _targets = [];
    private int _count;

    public double Add(SegCapSample sample, string text, IReadOnlyList<PredictedMask> answer)
    {
        _count++;
        AnswerKind kind = AnswerKinds.Of(sample);
        if (kind is not (AnswerKind.Grounded or AnswerKind.Nothing))
        {
            return 0;
        }

        bool flagged = answer.Count == 0;
        MaskAreas areas = MaskAreas.Of(sample, answer);
        if (kind == AnswerKind.Nothing)
        {
            _refused.Add(flagged ? 1 : 0);
            _refusedByPixel.Add(areas.Marked == 0 ? 1 : 0);
            _overlaps.Add(flagged ? 1 : 0);
            _areas.Add((0, flagged ? 0 : areas.Union));
            return _overlaps[^1];
        }

        long intersection = flagged ? 0 : areas.Intersection;
        _found.Add(flagged ? 0 : 1);
        _foundByPixel.Add(areas.Marked == 0 ? 0 : 1);
        _overlaps.Add(areas.Union == 0 ? 0 : (double)intersection / areas.Union);
        _targets.Add(_overlaps[^1]);
        _areas.Add((intersection, areas.Union));
        return _overlaps[^1];
    }

    public TaskResult Result()
    {
        (MetricList metrics, MetricList further) = (new MetricList(), new MetricList());
        metrics.Mean("giou", _overlaps);
        if (_found.Count > 0)
        {
            metrics.Statistic("ciou", _areas.Count, Cumulative);
        }

        metrics.Mean("t_acc", _found);
        metrics.Mean("n_acc", _refused);
        metrics.Mean("t_acc_pixel", _foundByPixel);
        metrics.Mean("n_acc_pixel", _refusedByPixel);
        foreach ((string name, double threshold) in (ReadOnlySpan<(string, double)>)[("pr70", 0.7), ("pr80", 0.8), ("pr90", 0.9)])
        {
            further.Mean(name, [.. _targets.Select(overlap => overlap >= threshold ? 1d : 0d)]);
        }

        return new TaskResult(_count, metrics.Metrics, further.Metrics);
    }

    private double? Cumulative(int[] drawn)
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
