using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MGLMM.Orleans.Tests.Redis;

/// <summary>A real <c>redis-server</c> on a free port of the loopback, in a folder of its own. Tests are skipped where there is none, but not where this is CI on Linux.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string[] _options = [];
    private Process? _process;

    private RedisServer()
    {
    }

    public int Port { get; } = FreePort();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{Port}");

    public string Folder => _folder.Location;

    /// <summary>Starts one.</summary>
    /// <param name="options">What it is started with, beside its port and its folder.</param>
    public static async Task<RedisServer> StartAsync(Func<RedisServer, string[]>? options = null)
    {
        bool isThere = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "redis-server")));
        Assert.SkipUnless(
            isThere || (OperatingSystem.IsLinux() && string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase)),
            "There is no redis-server on the PATH (Debian: apt-get install redis-server).");
        RedisServer server = new();
        server._options = options?.Invoke(server) ?? [];
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts it with what it has on its disk.</summary>
    public async Task StartAgainAsync()
    {
        string[] arguments =
        [
            "--port", _options.Contains("--tls-port") ? "0" : Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", Folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always", .. _options,
        ];
        _process = Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true })!;
        List<string> said = [];
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                _ = _process.StandardOutput.ReadToEndAsync();
                return;
            }
        }

        throw new InvalidOperationException("redis-server did not start: " + string.Join('\n', said));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        _folder.Dispose();
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
