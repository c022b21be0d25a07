using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MGLMM.Samples.Cluster;

/// <summary>A Redis, workers and gateways on this machine, each a process of its own.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-cluster-").FullName;
    private readonly List<Member> _workers = [];
    private readonly List<Member> _gateways = [];
    private readonly int _port = FreePort();
    private readonly LocalClusterOptions _options;
    private Member? _redis;
    private Member? _behindCable;
    private int _started;

    private LocalCluster(LocalClusterOptions options) => _options = options;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"redis://{_options.Host}:{_port}");

    public IReadOnlyList<Member> Workers => _workers;

    public IReadOnlyList<Member> Gateways => _gateways;

    public Member Redis => _redis!;

    public static async Task<LocalCluster> StartAsync(LocalClusterOptions options, CancellationToken cancellationToken)
    {
        LocalCluster cluster = new(options);
        try
        {
            await cluster.StartRedisAsync(cancellationToken).ConfigureAwait(false);
            if (options.Cable is not null)
            {
                await cluster.ReviveBehindCableAsync(cancellationToken).ConfigureAwait(false);
            }

            for (int worker = options.Cable is null ? 0 : 1; worker < options.Workers; worker++)
            {
                await cluster.StartWorkerAsync(cancellationToken).ConfigureAwait(false);
            }

            for (int gateway = 0; gateway < options.Gateways.Count; gateway++)
            {
                cluster._gateways.Add(await cluster.NewGatewayAsync(gateway, cancellationToken).ConfigureAwait(false));
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
                [
                    "--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", _options.Host.ToString(), "--protected-mode", "no",
                    "--dir", _options.RedisFolder ?? _folder, "--save", "", "--appendonly", "yes", "--appendfsync", "everysec",
                ],
                "Ready to accept connections",
                quiet: true,
                cancellationToken).ConfigureAwait(false);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException("redis-server was not found; install Redis (Debian: apt-get install redis-server).", exception);
        }
    }

    public void KillRedis() => Redis.Kill();

    public async Task StartWorkerAsync(CancellationToken cancellationToken) => _workers.Add(await NewWorkerAsync(null, cancellationToken).ConfigureAwait(false));

    /// <summary>Kills a worker as a crash would.</summary>
    public void KillWorker(int index)
    {
        _workers[index].Kill();
        _workers.RemoveAt(index);
    }

    /// <summary>Kills a gateway as a crash would, and starts it again at its address.</summary>
    public async Task KillGatewayAsync(int index, CancellationToken cancellationToken)
    {
        _gateways[index].Kill();
        _gateways[index] = await NewGatewayAsync(index, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts the worker behind the cable where it is not there: one that learns that it was given up ends itself, and a supervisor starts it again.</summary>
    /// <returns>Whether it had ended.</returns>
    public async Task<bool> ReviveBehindCableAsync(CancellationToken cancellationToken)
    {
        if (_behindCable is { HasEnded: false })
        {
            return false;
        }

        _behindCable = await NewWorkerAsync(_options.Cable, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Member? member in (Member?[])[.. _gateways, .. _workers, _behindCable, _redis])
        {
            if (member is not null)
            {
                await member.DisposeAsync().ConfigureAwait(false);
            }
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A port that is free on the loopback.</summary>
    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Task<Member> NewWorkerAsync(NetworkCable? cable, CancellationToken cancellationToken)
    {
        string[] arguments = ["worker", "--cluster", Address, "--threads", "1", "--listen", (cable?.Inside ?? _options.Host).ToString(), .. Certificate];
        return Member.StartToolAsync(
            string.Create(CultureInfo.InvariantCulture, $"worker {++_started}"), arguments, "Answering with", _options.IsQuiet, cancellationToken, cable?.Prefix);
    }

    private Task<Member> NewGatewayAsync(int index, CancellationToken cancellationToken) => Member.StartToolAsync(
        _options.Gateways.Count == 1 ? "gateway" : $"gateway {index + 1}",
        [
            "serve", "--cluster", Address, "--urls", _options.Gateways[index], .. Certificate,
            .. _options.KeyFile is { } keys ? (string[])["--api-key-file", keys] : [],
            .. _options.Files is { } files ? (string[])["--files", files] : [],
        ],
        "conversations kept by the cluster",
        _options.IsQuiet,
        cancellationToken);

    private string[] Certificate => _options.Certificate is { } certificate ? ["--certificate", certificate] : [];
}
