using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace MGLMM.Vision.Inputs;

/// <summary>What fetching needs of the world. Tests put their own in its place.</summary>
internal sealed record Network
{
    public static Network Real { get; } = new();

    /// <summary>All addresses of a host.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> ResolveAsync { get; init; } =
        (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken);

    /// <summary>Whether an address may be connected to.</summary>
    public Func<IPAddress, bool> MayConnect { get; init; } = PublicAddress.Is;

    /// <summary>Connects to an address.</summary>
    public Func<IPEndPoint, CancellationToken, Task<Stream>> ConnectAsync { get; init; } = ConnectSocketAsync;

    /// <summary>Certificates to trust instead of the system's; null trusts the system's.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>Where the time comes from.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    private static async Task<Stream> ConnectSocketAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
