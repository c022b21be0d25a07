namespace MGLMM.Evaluation.Metrics;

/// <summary>Metrics with the 95 % intervals of a bootstrap over samples.</summary>
internal sealed class MetricList
{
    private readonly List<Metric> _metrics = [];

    public IReadOnlyList<Metric> Metrics => _metrics;

    /// <summary>A mean; nothing where there are no values.</summary>
    public void Mean(string name, IReadOnlyList<double> values)
    {
        if (values.Count > 0)
        {
            (double low, double high) = Bootstrap.MeanInterval(values);
            _metrics.Add(new Metric(name, values.Average(), low, high));
        }
    }

    /// <summary>Any statistic of the samples with the given indices.</summary>
    public void Statistic(string name, int samples, Func<int[], double?> statistic) =>
        Statistic(name, samples, statistic([.. Enumerable.Range(0, samples)]), statistic);

    /// <summary>A statistic whose value over all samples is known.</summary>
    public void Statistic(string name, int samples, double? value, Func<int[], double?> statistic)
    {
        if (value is { } known)
        {
            (double Low, double High)? interval = Bootstrap.Interval(samples, statistic);
            _metrics.Add(new Metric(name, known, interval?.Low, interval?.High));
        }
    }
}
