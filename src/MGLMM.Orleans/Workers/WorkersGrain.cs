using Orleans;
using Orleans.Runtime;

namespace MGLMM.Orleans.Workers;

/// <inheritdoc cref="IWorkersGrain"/>
internal sealed class WorkersGrain(TimeProvider time) : Grain, IWorkersGrain
{
    /// <summary>A worker that has said nothing for so long is left out.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Guid _id = Guid.NewGuid();
    private readonly long _begun = time.GetTimestamp();
    private readonly Dictionary<SiloAddress, (WorkerReport Report, long At)> _workers = [];
    private readonly Dictionary<string, string> _cards = new(StringComparer.Ordinal);

    public Task<WorkerList> ReportAsync(WorkerReport report)
    {
        // One that was started again speaks for the one before at its place.
        foreach (SiloAddress before in _workers.Keys.Where(silo => silo.Endpoint.Equals(report.Silo.Endpoint) && !silo.Equals(report.Silo)).ToArray())
        {
            _workers.Remove(before);
        }

        Take(report, time.GetTimestamp());
        return ListAsync();
    }

    public Task<WorkerList> ListAsync()
    {
        // A card is the largest part of a report and the same for all workers of a model: each of a thousand workers is told of all of them each second.
        HashSet<string> told = [];
        return Task.FromResult(new WorkerList(
            _id,
            [
                .. _workers.Values.Where(worker => time.GetElapsedTime(worker.At) < Silence)
                    .Select(worker => worker.Report with { Card = told.Add(worker.Report.Model) ? _cards.GetValueOrDefault(worker.Report.Model, string.Empty) : string.Empty }),
            ]));
    }

    public Task<WorkerList> AdoptAsync(WorkerReport[] known)
    {
        // As if heard when the list began: one that is really lost is not kept longer by being told again and again.
        foreach (WorkerReport report in known.Where(report => !_workers.Keys.Any(silo => silo.Endpoint.Equals(report.Silo.Endpoint))))
        {
            Take(report, _begun);
        }

        return ListAsync();
    }

    private void Take(WorkerReport report, long at)
    {
        _workers[report.Silo] = (report with { Card = string.Empty }, at);
        if (report.Card.Length > 0)
        {
            _cards[report.Model] = report.Card;
        }
    }
}
