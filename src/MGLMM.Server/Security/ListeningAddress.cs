using System.Net;
using Microsoft.AspNetCore.Http;

namespace MGLMM.Server.Security;

/// <summary>An address that the server is told to listen on.</summary>
/// <param name="Url">As it was given.</param>
/// <param name="Host">The host's name or number; <c>*</c> for all of this machine's.</param>
/// <param name="IsLoopback">Whether only this machine reaches it.</param>
internal sealed record ListeningAddress(string Url, string Host, bool IsLoopback)
{
    private const string UnixSocket = "unix:";

    /// <exception cref="ArgumentException">It is no address.</exception>
    public static ListeningAddress Parse(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException exception)
        {
            throw new ArgumentException($"'{url}' is no address to listen on; give one such as http://127.0.0.1:5080.", exception);
        }

        if (address.Scheme is not ("http" or "https") || address.PathBase.Length > 0)
        {
            throw new ArgumentException($"'{url}' is no address to listen on; give http or https, a host and a port, and no path.");
        }

        string host = address.Host.Trim('[', ']');
        return address.IsUnixPipe ? new ListeningAddress(url, UnixSocket, IsLoopback: true)
            : IPAddress.TryParse(host, out IPAddress? number)
                ? new ListeningAddress(url, number.Equals(IPAddress.Any) || number.Equals(IPAddress.IPv6Any) ? "*" : host, IPAddress.IsLoopback(number))
            : host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? new ListeningAddress(url, host, IsLoopback: true)

            // Kestrel listens everywhere where the host is a name.
            : new ListeningAddress(url, host is "+" ? "*" : host, IsLoopback: false);
    }
}
