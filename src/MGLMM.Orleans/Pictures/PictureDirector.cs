using System.Buffers.Binary;
using System.Net;
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
        double most = Most(workers);
        WorkerReport[] free = [.. workers.Where(worker => worker.UnderWay < most)];
        ulong picture = BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(key.ContentHash)));
        return Ranked(free.Length > 0 ? free : [.. workers], picture, key.Copy);
    }

    /// <summary>Whether a worker has so many questions under way that one about a picture of its own is better asked elsewhere, though it is to be encoded there again.</summary>
    /// <param name="underWay">Questions of the worker now.</param>
    /// <param name="workers">What those that have the model said last.</param>
    /// <param name="patience">Questions above its share that are waited for.</param>
    public static bool IsCrowded(int underWay, IReadOnlyList<WorkerReport> workers, int patience) => workers.Count > 1 && underWay >= Most(workers) + patience;

    /// <summary>Questions under way from which on a worker is passed over; one more comes with the picture.</summary>
    private static double Most(IReadOnlyList<WorkerReport> workers) => Math.Ceiling(Bound * (workers.Sum(worker => worker.UnderWay) + 1) / workers.Count);

    /// <summary>The worker that comes at a place of the picture's order.</summary>
    private static WorkerReport Ranked(WorkerReport[] workers, ulong picture, int copy)
    {
        ulong[] weights = [.. workers.Select(worker => Weight(picture, worker.Silo.Endpoint))];
        int place = copy % workers.Length;
        if (place == 0)
        {
            // Nearly every picture has one copy: the first of a thousand workers is found without putting them all in order.
            return workers[Array.IndexOf(weights, weights.Max())];
        }

        Array.Sort(weights, workers);
        return workers[^(place + 1)];
    }

    /// <summary>By address and port alone: a worker that was started again is the same one.</summary>
    private static ulong Weight(ulong picture, IPEndPoint worker)
    {
        Span<byte> address = stackalloc byte[16];
        address.Clear();
        worker.Address.TryWriteBytes(address, out _);
        ulong place = Mixed(BinaryPrimitives.ReadUInt64LittleEndian(address)) ^ BinaryPrimitives.ReadUInt64LittleEndian(address[8..]);
        return Mixed(picture ^ Mixed(place + (ulong)worker.Port));
    }

    /// <summary>Spreads every bit over all (the finaliser of SplitMix64, Steele, Lea and Flood 2014): near numbers give weights that have nothing to do with each other.</summary>
    private static ulong Mixed(ulong bits)
    {
        bits += 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
