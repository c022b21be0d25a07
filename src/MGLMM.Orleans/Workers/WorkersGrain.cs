using Orleans;
using Orleans.Runtime;

namespace MGLMM.Orleans.Workers;

/// <inheritdoc cref="IWorkersGrain"/>
internal sealed class WorkersGrain(TimeProvider time) : Grain, IWorkersGrain
{
    /// <summary>A worker that has said nothing for so long is left out.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Dictionary<SiloAddress, (WorkerReport Report, long At)> _workers = [];

    public Task<WorkerReport[]> ReportAsync(WorkerReport report)
    {
        // One that was started again speaks for the one before at its place.
        foreach (SiloAddress before in _workers.Keys.Where(silo => silo.Endpoint.Equals(report.Silo.Endpoint) && !silo.Equals(report.Silo)).ToArray())
        {
            _workers.Remove(before);
        }

        _workers[report.Silo] = (report, time.GetTimestamp());
        return ListAsync();
    }

    public Task<WorkerReport[]> ListAsync() => Task.FromResult<WorkerReport[]>(
        [.. _workers.Values.Where(worker => time.GetElapsedTime(worker.At) < Silence).Select(worker => worker.Report)]);
}
