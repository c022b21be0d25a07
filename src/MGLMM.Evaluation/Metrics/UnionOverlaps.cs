namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// gIoU and cIoU as LISA computes them, and MGLMM after it: the mean of I / (U + 1e-5), to which 1 is added where U is 0, and the sum of all I
/// over the sum of all U + 1e-10.
/// </summary>
internal sealed class UnionOverlaps
{
    private readonly List<(long Intersection, long Union, bool HasTarget)> _areas = [];
    private readonly List<double> _overlaps = [];

    /// <summary>Adds a sample.</summary>
    /// <returns>Its IoU.</returns>
    public double Add(MaskAreas areas, bool hasTarget)
    {
        _areas.Add((areas.Intersection, areas.Union, hasTarget));
        _overlaps.Add((areas.Intersection / (areas.Union + 1e-5)) + (areas.Union == 0 ? 1 : 0));
        return _overlaps[^1];
    }

    /// <summary>Lists <c>giou</c> and, where anything was to be found, <c>ciou</c>.</summary>
    public void List(MetricList metrics)
    {
        metrics.Mean("giou", _overlaps);
        if (_areas.Exists(areas => areas.HasTarget))
        {
            metrics.Statistic("ciou", _areas.Count, Cumulative);
        }
    }

    private double? Cumulative(int[] drawn)
    {
        (long intersection, long union) = (0L, 0L);
        foreach (int index in drawn)
        {
            intersection += _areas[index].Intersection;
            union += _areas[index].Union;
        }

        return intersection / (union + 1e-10);
    }
}
