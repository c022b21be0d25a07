namespace MGLMM.Orleans.Workers;

/// <summary>What this process knows of the cluster's workers, at most a second or two old. Thread-safe.</summary>
internal sealed class WorkerTable
{
    private volatile WorkerReport[] _workers = [];
    private Guid _list;

    /// <summary>All of them.</summary>
    public IReadOnlyList<WorkerReport> All => _workers;

    /// <summary>Takes what the list says now; where it is a new one, tells it first what the one before said.</summary>
    /// <param name="list">The list, as the call before gave it.</param>
    /// <param name="grain">The list itself.</param>
    public async Task UpdateAsync(WorkerList list, IWorkersGrain grain)
    {
        if (_workers.Length > 0 && _list != list.Id)
        {
            list = await grain.AdoptAsync(_workers).ConfigureAwait(false);
        }

        Update(list);
    }

    /// <summary>Takes what the list says.</summary>
    public void Update(WorkerList list)
    {
        _list = list.Id;
        _workers = list.Workers;
    }

    /// <summary>Those that answer for a model and are not about to end.</summary>
    public IReadOnlyList<WorkerReport> OfModel(string model) => [.. _workers.Where(worker => worker.Model == model && !worker.IsDraining)];
}
