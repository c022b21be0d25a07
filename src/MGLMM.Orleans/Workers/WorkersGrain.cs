using Orleans;
using Orleans.Runtime;

namespace MGLMM.Orleans.Workers;

/// <inheritdoc cref="IWorkersGrain"/>
internal sealed class WorkersGrain(TimeProvider time) : Grain, IWorkersGrain
{
    /// <summary>A worker that has said nothing for so long is left out.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Guid _id = Guid.NewGuid();
    private readonly long _begun = time.GetTimestamp();
    private readonly Dictionary<SiloAddress, (WorkerReport Report, long At)> _workers = [];

    public Task<WorkerList> ReportAsync(WorkerReport report)
    {
        // One that was started again speaks for the one before at its place.
        foreach (SiloAddress before in _workers.Keys.Where(silo => silo.Endpoint.Equals(report.Silo.Endpoint) && !silo.Equals(report.Silo)).ToArray())
        {
            _workers.Remove(before);
        }

        _workers[report.Silo] = (report, time.GetTimestamp());
        return ListAsync();
    }

    public Task<WorkerList> ListAsync() => Task.FromResult(new WorkerList(
        _id, [.. _workers.Values.Where(worker => time.GetElapsedTime(worker.At) < Silence).Select(worker => worker.Report)]));

    public Task<WorkerList> AdoptAsync(WorkerReport[] known)
    {
        // As if heard when the list began: one that is really lost is not kept longer by being told again and again.
        foreach (WorkerReport report in known.Where(report => !_workers.Keys.Any(silo => silo.Endpoint.Equals(report.Silo.Endpoint))))
        {
            _workers.Add(report.Silo, (report, _begun));
        }

        return ListAsync();
    }
}
