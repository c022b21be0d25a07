using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MGLMM.Samples.Cluster;

/// <summary>One kind of fault, again and again at random moments, under load.</summary>
internal static class FaultRun
{
    /// <summary>A question ends after five minutes at the latest, whatever happens.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5.5);

    private static Task<Truth>? _truth;

    /// <summary>Runs it.</summary>
    /// <param name="kind">One of <see cref="FaultKinds"/>.</param>
    /// <param name="times">Faults.</param>
    /// <param name="isQuiet">Whether the members' own lines are left out.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>What must not be and was.</returns>
    public static async Task<int> RunAsync(string kind, int times, bool isQuiet, CancellationToken cancellationToken)
    {
        Truth truth = await (_truth ??= Truth.LearnAsync(cancellationToken)).ConfigureAwait(false);
        string folder = Directory.CreateTempSubdirectory("mglmm-faults-").FullName;
        try
        {
            using NetworkCable? cable = kind == FaultKinds.Network ? NetworkCable.Lay() : null;
            using SmallDisk? redisDisk = kind == FaultKinds.Disk ? SmallDisk.Mount(96) : null;
            using SmallDisk? files = kind == FaultKinds.Disk ? SmallDisk.Mount(48) : null;
            string[] gateways = [.. Enumerable.Range(0, 2).Select(_ => $"http://127.0.0.1:{LocalCluster.FreePort()}")];
            await using LocalCluster cluster = await LocalCluster.StartAsync(
                new LocalClusterOptions
                {
                    IsQuiet = isQuiet,
                    Gateways = gateways,
                    KeyFile = Traffic.WriteKeys(folder),
                    RedisFolder = redisDisk?.Folder,
                    Files = files?.Folder,
                    Host = cable?.Outside ?? IPAddress.Loopback,
                    Certificate = cable is null ? null : NewCertificate(folder),
                    Cable = cable,
                },
                cancellationToken).ConfigureAwait(false);
            Traffic traffic = new(truth, gateways, Deadline);
            using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task asking = traffic.RunAsync(null, ending.Token);
            Random moments = new(1);
            Stopwatch watch = Stopwatch.StartNew();
            int revived = 0;
            for (int fault = 0; fault < times; fault++)
            {
                await PauseAsync(200, 2_000).ConfigureAwait(false);
                switch (kind)
                {
                    case FaultKinds.Worker:
                        cluster.KillWorker(moments.Next(cluster.Workers.Count));
                        await cluster.StartWorkerAsync(cancellationToken).ConfigureAwait(false);
                        break;
                    case FaultKinds.Gateway:
                        await cluster.KillGatewayAsync(moments.Next(gateways.Length), cancellationToken).ConfigureAwait(false);
                        break;
                    case FaultKinds.Redis:
                        cluster.KillRedis();
                        traffic.RedisWasKilled();
                        await PauseAsync(0, 1_000).ConfigureAwait(false);
                        await cluster.StartRedisAsync(cancellationToken).ConfigureAwait(false);
                        break;
                    case FaultKinds.Network:
                        cable!.Cut();
                        await PauseAsync(500, 12_000).ConfigureAwait(false);
                        cable.Join();
                        revived += await cluster.ReviveBehindCableAsync(cancellationToken).ConfigureAwait(false) ? 1 : 0;
                        break;
                    default:
                        SmallDisk disk = fault % 2 == 0 ? redisDisk! : files!;
                        disk.Fill();
                        await PauseAsync(200, 3_000).ConfigureAwait(false);
                        disk.Free();
                        break;
                }

                if ((fault + 1) % 10 == 0)
                {
                    Console.WriteLine($"  {kind}: {fault + 1} of {times} after {watch.Elapsed.TotalSeconds:0} s; {traffic.Right} right, {traffic.Told} told, {traffic.Violations.Count} violations");
                }
            }

            await ending.CancelAsync().ConfigureAwait(false);
            await asking.ConfigureAwait(false);
            double seconds = watch.Elapsed.TotalSeconds;
            int found = await traffic.AuditAsync(cancellationToken).ConfigureAwait(false);
            traffic.Report($"{kind}, {times} times in {seconds:0} s{(revived > 0 ? $" (the worker ended itself and was started again {revived} times)" : string.Empty)}, {found} conversations found whole at the end");
            return traffic.Violations.Count;

            Task PauseAsync(int least, int most) => Task.Delay(TimeSpan.FromMilliseconds(moments.Next(least, most)), cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string NewCertificate(string folder)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=mglmm", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
        string path = Path.Combine(folder, "cluster.pfx");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12));
        return path;
    }
}
