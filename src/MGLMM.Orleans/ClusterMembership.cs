using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Orleans.Configuration;

namespace MGLMM.Orleans;

/// <summary>Which cluster a process belongs to, and where it listens.</summary>
public sealed record ClusterMembership
{
    /// <summary>
    /// How long one call may take. An answer is many calls, each of which waits for the next piece at most half as long: this only bounds how long nobody notices that a worker
    /// was lost.
    /// </summary>
    internal static readonly TimeSpan CallTime = TimeSpan.FromSeconds(12);

    // Dates so long ago can still be told.
    private static readonly TimeSpan LongestConversationAge = TimeSpan.FromDays(36_500);

    /// <summary>The cluster's Redis, which keeps who is there and the conversations.</summary>
    public required ClusterAddress Address { get; init; }

    /// <summary>Tells clusters over one Redis apart.</summary>
    public string ClusterId { get; init; } = "mglmm";

    /// <summary>The address that other members reach a worker by. Another one than the loopback's needs <see cref="Certificate"/>.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>The port that workers speak to each other on; 0 takes a free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>The port that gateways speak to a worker on; 0 takes a free one.</summary>
    public int GatewayPort { get; init; }

    /// <summary>The cluster's certificate with its private key, the same one for every member: both ends of each connection show it. Null speaks in the clear.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>How long a conversation is kept after its last change; the same for every member.</summary>
    public TimeSpan ConversationAge { get; init; } = TimeSpan.FromDays(30);

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Address);
        ArgumentException.ThrowIfNullOrWhiteSpace(ClusterId);
        if (!IPAddress.IsLoopback(Listen) && Certificate is null)
        {
            throw new ArgumentException($"{Listen} can be reached from other machines, and nothing says who belongs to the cluster: give every member the same certificate, or listen on the loopback.");
        }

        if (Certificate is { HasPrivateKey: false })
        {
            throw new ArgumentException("The cluster's certificate has no private key; give a file that holds both (PKCS #12).");
        }

        foreach (int port in (int[])[SiloPort, GatewayPort])
        {
            ArgumentOutOfRangeException.ThrowIfNegative(port);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        }

        if (ConversationAge <= TimeSpan.Zero || ConversationAge > LongestConversationAge)
        {
            throw new ArgumentException($"{nameof(ConversationAge)} is {ConversationAge}; give a time above zero, at most {LongestConversationAge.TotalDays:0} days.");
        }
    }

    internal void Configure(ClusterOptions options)
    {
        options.ClusterId = ClusterId;
        options.ServiceId = ClusterId;
    }

    internal void Configure(EndpointOptions options)
    {
        options.AdvertisedIPAddress = Listen;
        options.SiloPort = SiloPort > 0 ? SiloPort : FreePort();
        options.GatewayPort = GatewayPort > 0 ? GatewayPort : FreePort();
        options.SiloListeningEndpoint = new IPEndPoint(Listen, options.SiloPort);
        options.GatewayListeningEndpoint = new IPEndPoint(Listen, options.GatewayPort);
    }

    /// <summary>A worker that was killed is missed within some ten seconds: questions that were on their way to it wait no longer than that.</summary>
    internal static void Configure(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.NumMissedProbesLimit = 3;
        options.NumVotesForDeathDeclaration = 1;
        options.DefunctSiloExpiration = TimeSpan.FromMinutes(10);
        options.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(1);
    }

    private int FreePort()
    {
        using TcpListener listener = new(Listen, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
