using Orleans;
using Orleans.Concurrency;

namespace MGLMM.Orleans.Workers;

/// <summary>The list of a cluster's workers: one grain, whose loss costs a second, for every worker tells it again.</summary>
[Alias("mglmm.workers")]
internal interface IWorkersGrain : IGrainWithIntegerKey
{
    /// <summary>Takes what a worker says of itself, and gives what all of them said last.</summary>
    [Alias("report"), AlwaysInterleave]
    public Task<WorkerReport[]> ReportAsync(WorkerReport report);

    /// <summary>What all workers said last.</summary>
    [Alias("list"), AlwaysInterleave]
    public Task<WorkerReport[]> ListAsync();
}
