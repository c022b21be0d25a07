using System.Globalization;

namespace MGLMM.Vision.Inputs;

/// <summary>An entry of <see cref="ImageInputPolicy.AllowedHosts"/>: a host or all hosts below one, and a port.</summary>
internal sealed class AllowedHost
{
    private const string Wildcard = "*.";
    private const int HttpsPort = 443;

    private readonly string _host;
    private readonly bool _below;
    private readonly int _port;

    private AllowedHost(string host, bool below, int port)
    {
        _host = host;
        _below = below;
        _port = port;
    }

    /// <summary>Reads an entry.</summary>
    /// <exception cref="ArgumentException">It is no host.</exception>
    public static AllowedHost Parse(string? entry)
    {
        string text = entry ?? string.Empty;
        bool below = text.StartsWith(Wildcard, StringComparison.Ordinal);
        string host = below ? text[Wildcard.Length..] : text;
        int port = HttpsPort;
        int colon = host.LastIndexOf(':');
        int bracket = host.LastIndexOf(']');
        if (colon > bracket && !(bracket < 0 && host.IndexOf(':', StringComparison.Ordinal) != colon))
        {
            if (!int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
            {
                throw Unusable();
            }

            host = host[..colon];
        }

        // The same parser as for what callers write, so that both mean the same: international names, IP addresses.
        if (host.Length == 0 || host.AsSpan().ContainsAny("/\\@?#%* \t") || host.EndsWith('.')
            || !Uri.TryCreate($"https://{(host.Contains(':', StringComparison.Ordinal) && host[0] != '[' ? $"[{host}]" : host)}/", UriKind.Absolute, out Uri? parsed)
            || parsed.HostNameType is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6)
            || (below && (parsed.HostNameType != UriHostNameType.Dns || !parsed.IdnHost.Contains('.', StringComparison.Ordinal))))
        {
            throw Unusable();
        }

        return new AllowedHost(parsed.IdnHost, below, port);

        ArgumentException Unusable() => new(
            $"Allowed host '{entry}' must be a host name such as pictures.example.com, *.example.com (with a dot behind the star's), or an IP address, with a port where it is not 443.");
    }

    /// <summary>Whether an address is on it.</summary>
    public bool Covers(Uri address)
    {
        string host = address.IdnHost;
        return address.Port == _port
            && (_below
                ? address.HostNameType == UriHostNameType.Dns && host.EndsWith("." + _host, StringComparison.OrdinalIgnoreCase) && host.Length > _host.Length + 1
                : host.Equals(_host, StringComparison.OrdinalIgnoreCase));
    }
}
