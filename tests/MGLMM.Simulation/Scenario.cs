using MGLMM.Simulation.Costs;
using MGLMM.Simulation.Load;
using MGLMM.Simulation.Machines;

namespace MGLMM.Simulation;

/// <summary>One simulation: machines, a load, and a stretch of time that is looked at once the caches have filled.</summary>
internal sealed record Scenario
{
    public required StageCosts Costs { get; init; }

    public required int Workers { get; init; }

    /// <summary>Questions in a second, over all workers.</summary>
    public required double QuestionsPerSecond { get; init; }

    public Placement Placement { get; init; } = Placement.Affinity;

    /// <summary>Answers that a device decodes together.</summary>
    public int AtOnce { get; init; } = 1;

    public LoadModel Load { get; init; } = new();

    /// <summary>Null takes what the device's memory leaves.</summary>
    public double? CacheBytes { get; init; }

    public Eviction Eviction { get; init; } = Eviction.OldestPicture;

    /// <summary>Null takes the default of what ships.</summary>
    public int? HotAfter { get; init; }

    public double WarmSeconds { get; init; } = 300;

    public double Seconds { get; init; } = 300;

    public int Seed { get; init; } = 1;

    public Outcome Run(CancellationToken cancellationToken = default)
    {
        EventQueue events = new();
        Cluster cluster = new(events, Workers, Costs, AtOnce, Placement, CacheBytes, HotAfter, Eviction);
        Visitors visitors = new(events, cluster, Load, QuestionsPerSecond / Load.QuestionsPerSession, Seed);
        events.RunUntil(WarmSeconds, cancellationToken);
        Settle(cluster);
        double[] before = [.. cluster.Devices.Select(device => device.BusySeconds)];
        int underWay = cluster.UnderWay;
        visitors.Watch();
        events.RunUntil(WarmSeconds + Seconds, cancellationToken);
        Settle(cluster);
        double[] busy = [.. cluster.Devices.Select((device, number) => (device.BusySeconds - before[number]) / Seconds)];
        return visitors.Outcome(Seconds) with
        {
            Busy = busy.Average(),
            BusiestWorker = busy.Max(),
            Growth = (cluster.UnderWay - underWay) / (Seconds * QuestionsPerSecond),
            WaitingLongest = cluster.Devices.Max(device => device.UnderWay),
        };
    }

    /// <summary>Seconds of a device that a question takes where pictures stay with their worker: what capacity is reckoned from.</summary>
    public double SecondsPerQuestion(CancellationToken cancellationToken = default)
    {
        Outcome alone = Alone(cancellationToken);
        return alone.Busy / alone.QuestionsPerSecond;
    }

    /// <summary>One device that is idle most of the time, long enough for some twenty thousand questions.</summary>
    public Outcome Alone(CancellationToken cancellationToken = default)
    {
        double guess = Costs.Clip + Costs.Sam + (StageCosts.PicturePositions * Costs.PrefillPosition) + (Load.TokensPerAnswer * Costs.Token);
        return (this with
        {
            Workers = 1, QuestionsPerSecond = 0.1 / guess, Placement = Placement.Affinity, AtOnce = 1, WarmSeconds = 1_000 * guess, Seconds = 200_000 * guess,
        }).Run(cancellationToken);
    }

    private static void Settle(Cluster cluster)
    {
        foreach (Device device in cluster.Devices)
        {
            device.Settle();
        }
    }
}
