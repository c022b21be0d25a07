using Orleans;
using Orleans.Concurrency;

namespace MGLMM.Orleans.Workers;

/// <summary>
/// The list of a cluster's workers: one grain. Where it is lost, with the worker that had it or by a move, a new list begins empty, and whoever notices tells it what the one
/// before said (<see cref="AdoptAsync"/>): no worker is missed meanwhile.
/// </summary>
[Alias("mglmm.workers")]
internal interface IWorkersGrain : IGrainWithIntegerKey
{
    /// <summary>Takes what a worker says of itself, and gives what all of them said last.</summary>
    [Alias("report"), AlwaysInterleave]
    public Task<WorkerList> ReportAsync(WorkerReport report);

    /// <summary>What all workers said last.</summary>
    [Alias("list"), AlwaysInterleave]
    public Task<WorkerList> ListAsync();

    /// <summary>Takes what an earlier list said of workers that this one has not heard yet, and gives what it knows now.</summary>
    [Alias("adopt"), AlwaysInterleave]
    public Task<WorkerList> AdoptAsync(WorkerReport[] known);
}
