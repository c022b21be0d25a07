namespace MGLMM.Orleans.Workers;

/// <summary>What this process knows of the cluster's workers, at most a second or two old. Thread-safe.</summary>
internal sealed class WorkerTable
{
    private volatile WorkerReport[] _workers = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<WorkerReport> All => _workers;

    /// <summary>Takes a newer list.</summary>
    public void Update(WorkerReport[] workers) => _workers = workers;

    /// <summary>Those that answer for a model and are not about to end.</summary>
    public IReadOnlyList<WorkerReport> OfModel(string model) => [.. _workers.Where(worker => worker.Model == model && !worker.IsDraining)];
}
