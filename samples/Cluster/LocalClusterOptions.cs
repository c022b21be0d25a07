using System.Net;

namespace MGLMM.Samples.Cluster;

/// <summary>What a cluster on this machine is made of.</summary>
internal sealed record LocalClusterOptions
{
    public int Workers { get; init; } = 2;

    /// <summary>Where gateways listen, one each.</summary>
    public IReadOnlyList<string> Gateways { get; init; } = [];

    /// <summary>Whether the members' lines are left out.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>A file of API keys for the gateways.</summary>
    public string? KeyFile { get; init; }

    /// <summary>A folder for the files of conversations; null keeps them in Redis.</summary>
    public string? Files { get; init; }

    /// <summary>Where Redis writes; null takes a temporary folder.</summary>
    public string? RedisFolder { get; init; }

    /// <summary>The address that all members listen on and are reached by.</summary>
    public IPAddress Host { get; init; } = IPAddress.Loopback;

    /// <summary>The cluster's certificate; needed where the address is not the loopback's.</summary>
    public string? Certificate { get; init; }

    /// <summary>The first worker runs behind this cable.</summary>
    public NetworkCable? Cable { get; init; }
}
