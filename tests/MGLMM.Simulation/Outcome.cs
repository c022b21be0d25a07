namespace MGLMM.Simulation;

/// <summary>What came of a simulation.</summary>
internal sealed record Outcome
{
    /// <summary>Questions that were asked while it was looked at and that were answered by its end.</summary>
    public required int Questions { get; init; }

    public required double QuestionsPerSecond { get; init; }

    public required double MeanSeconds { get; init; }

    public required double Median { get; init; }

    /// <summary>99 of 100 were answered within this.</summary>
    public required double Percentile99 { get; init; }

    /// <summary>Share of questions whose picture's worker had it encoded.</summary>
    public required double Encoded { get; init; }

    /// <summary>Share of questions whose picture's worker had its keys and values.</summary>
    public required double State { get; init; }

    /// <summary>Share of the time in which a device works.</summary>
    public double Busy { get; init; }

    public double BusiestWorker { get; init; }

    /// <summary>How many more questions were under way at the end than at the beginning, as a share of those that came: above 0 it does not keep up.</summary>
    public double Growth { get; init; }

    /// <summary>Questions at the worker that had the most at the end.</summary>
    public int WaitingLongest { get; init; }

    public static double Percentile(double[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}
