using System.Security.Cryptography;
using System.Text;
using MGLMM.Orleans.Workers;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace MGLMM.Orleans.Pictures;

/// <summary>
/// Which worker a picture goes to: among those that have its model, each picture has an order of its own (highest random weight), so that it finds the
/// worker that knew it before, and another worker's coming or going moves no one else's pictures. A worker that is much busier than the others
/// is passed over.
/// </summary>
internal sealed class PictureDirector(WorkerTable table) : IPlacementDirector
{
    /// <summary>A worker takes a new picture while it has no more under way than this many times what each would have if all had the same.</summary>
    private const double Bound = 1.25;

    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        PictureKey key = PictureKey.Parse(target.GrainIdentity.Key.ToString()!);
        SiloAddress[] alive = context.GetCompatibleSilos(target);
        WorkerReport[] workers = [.. table.OfModel(key.Model).Where(worker => Array.IndexOf(alive, worker.Silo) >= 0)];
        return workers.Length > 0
            ? Task.FromResult(Choose(key, workers).Silo)
            : throw new NoWorkerException($"No worker of the cluster has the model '{key.Model}'.");
    }

    /// <summary>The worker for a picture among those that have its model.</summary>
    public static WorkerReport Choose(PictureKey key, IReadOnlyList<WorkerReport> workers)
    {
        WorkerReport[] order = [.. workers.OrderByDescending(worker => Weight(key.ContentHash, worker.Silo))];

        // One more question comes with the picture.
        double most = Math.Ceiling(Bound * (order.Sum(worker => worker.UnderWay) + 1) / order.Length);
        WorkerReport[] free = [.. order.Where(worker => worker.UnderWay < most)];
        return free.Length > 0 ? free[key.Copy % free.Length] : order[key.Copy % order.Length];
    }

    /// <summary>By address and port alone: a worker that was started again is the same one.</summary>
    private static UInt128 Weight(string contentHash, SiloAddress silo) => BitConverter.ToUInt128(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{contentHash} {silo.Endpoint}")).AsSpan(0, 16));
}
