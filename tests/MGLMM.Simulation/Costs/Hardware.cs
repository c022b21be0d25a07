namespace MGLMM.Simulation.Costs;

/// <summary>A device as its maker describes it. What is not on a data sheet is an assumption, and named so.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="TerabytesPerSecond">Bandwidth of its memory, from the data sheet.</param>
/// <param name="Teraflops">fp16 without sparsity, from the data sheet.</param>
/// <param name="MemoryGigabytes">From the data sheet.</param>
/// <param name="PricePerHour">An assumption: what an hour of it costs, in dollars.</param>
internal sealed record Hardware(string Name, double TerabytesPerSecond, double Teraflops, double MemoryGigabytes, double PricePerHour)
{
    /// <summary>Assumption: the share of the bandwidth that decoding reaches.</summary>
    public double BandwidthShare { get; init; } = 0.6;

    /// <summary>Assumption: the share of the arithmetic that encoders and prefill reach.</summary>
    public double ArithmeticShare { get; init; } = 0.4;

    /// <summary>Assumption: no run of a graph is shorter, however small; it bounds the mask decoder.</summary>
    public double LeastRunSeconds { get; init; } = 1e-3;

    public static Hardware H100 { get; } = new("H100 SXM, 80 GB", 3.35, 989, 80, 2.5);

    public static Hardware A100 { get; } = new("A100 SXM, 80 GB", 2.039, 312, 80, 1.5);

    public static Hardware L4 { get; } = new("L4, 24 GB", 0.3, 121, 24, 0.6);
}
