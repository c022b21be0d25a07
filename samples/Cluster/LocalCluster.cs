using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MGLMM.Samples.Cluster;

/// <summary>A Redis, workers and a gateway on this machine, each a process of its own, all on the loopback.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-cluster-").FullName;
    private readonly List<Member> _workers = [];
    private readonly int _port = FreePort();
    private readonly bool _quiet;
    private Member? _redis;
    private Member? _gateway;
    private int _started;

    private LocalCluster(bool quiet) => _quiet = quiet;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{_port}");

    public IReadOnlyList<Member> Workers => _workers;

    /// <summary>Starts them; the gateway only where an address is given for it.</summary>
    public static async Task<LocalCluster> StartAsync(int workers, string? url, bool quiet, CancellationToken cancellationToken)
    {
        LocalCluster cluster = new(quiet);
        try
        {
            await cluster.StartRedisAsync(cancellationToken).ConfigureAwait(false);
            for (int worker = 0; worker < workers; worker++)
            {
                await cluster.StartWorkerAsync(cancellationToken).ConfigureAwait(false);
            }

            if (url is not null)
            {
                cluster._gateway = await Member.StartToolAsync(
                    "gateway", ["serve", "--cluster", cluster.Address, "--urls", url], "conversations kept by the cluster", quiet, cancellationToken).ConfigureAwait(false);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Each write is on the disk within a second: a Redis that is killed loses no more than that.</summary>
    public async Task StartRedisAsync(CancellationToken cancellationToken)
    {
        try
        {
            _redis = await Member.StartAsync(
                "redis",
                "redis-server",
                ["--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "yes", "--appendfsync", "everysec"],
                "Ready to accept connections",
                quiet: true,
                cancellationToken).ConfigureAwait(false);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException("redis-server was not found; install Redis (Debian: apt-get install redis-server).", exception);
        }
    }

    public void KillRedis() => _redis!.Kill();

    public async Task StartWorkerAsync(CancellationToken cancellationToken) => _workers.Add(await Member.StartToolAsync(
        string.Create(CultureInfo.InvariantCulture, $"worker {++_started}"), ["worker", "--cluster", Address, "--threads", "1"], "Answering with", _quiet, cancellationToken).ConfigureAwait(false));

    /// <summary>Kills a worker as a crash would.</summary>
    public void KillWorker(int index)
    {
        _workers[index].Kill();
        _workers.RemoveAt(index);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Member? member in (Member?[])[_gateway, .. _workers, _redis])
        {
            if (member is not null)
            {
                await member.DisposeAsync().ConfigureAwait(false);
            }
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
