using System.Diagnostics;
using System.Net;

namespace MGLMM.Samples.Cluster;

/// <summary>A network namespace behind a pair of virtual interfaces, as a machine of its own behind a cable that can be pulled. Needs Linux, <c>ip</c> and root.</summary>
internal sealed class NetworkCable : IDisposable
{
    private readonly string _name = $"mglmm{Environment.ProcessId % 10_000}";

    private NetworkCable()
    {
    }

    /// <summary>This machine's end.</summary>
    public IPAddress Outside { get; } = IPAddress.Parse("10.203.77.1");

    /// <summary>The end of whoever is behind it.</summary>
    public IPAddress Inside { get; } = IPAddress.Parse("10.203.77.2");

    /// <summary>What a program is started with to be behind it.</summary>
    public IReadOnlyList<string> Prefix => ["ip", "netns", "exec", _name];

    /// <summary>Lays it.</summary>
    /// <exception cref="InvalidOperationException">This machine does not allow it.</exception>
    public static NetworkCable Lay()
    {
        NetworkCable cable = new();
        try
        {
            Run("ip", "netns", "add", cable._name);
            Run("ip", "link", "add", cable._name, "type", "veth", "peer", "name", "inside", "netns", cable._name);
            Run("ip", "address", "add", $"{cable.Outside}/24", "dev", cable._name);
            Run("ip", "link", "set", cable._name, "up");
            cable.RunInside("address", "add", $"{cable.Inside}/24", "dev", "inside");
            cable.RunInside("link", "set", "lo", "up");
            cable.Join();
            return cable;
        }
        catch
        {
            cable.Dispose();
            throw;
        }
    }

    /// <summary>Pulls it: nothing passes either way, and nobody is told.</summary>
    public void Cut() => RunInside("link", "set", "inside", "down");

    public void Join() => RunInside("link", "set", "inside", "up");

    public void Dispose()
    {
        try
        {
            Run("ip", "netns", "delete", _name);
        }
        catch (InvalidOperationException)
        {
            // It was not laid.
        }
    }

    private void RunInside(params string[] arguments) => Run("ip", ["-netns", _name, .. arguments]);

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' failed: {error.Trim()}. A namespace of the network needs Linux, iproute2 and root.");
        }
    }
}
