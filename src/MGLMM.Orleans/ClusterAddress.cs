using System.Globalization;
using StackExchange.Redis;

namespace MGLMM.Orleans;

/// <summary>Where a cluster's Redis is: <c>redis://[[user:]password@]host[:port][/database]</c>, with TLS <c>rediss://</c>.</summary>
public sealed class ClusterAddress
{
    private const int DefaultPort = 6379;

    private readonly Uri _address;
    private readonly int _database;

    private ClusterAddress(Uri address, int database)
    {
        _address = address;
        _database = database;
    }

    /// <summary>Reads an address.</summary>
    /// <exception cref="ArgumentException">It is none; the message says what one looks like, and never shows a password.</exception>
    public static ClusterAddress Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        string path = string.Empty;
        int database = 0;
        bool fits = Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is "redis" or "rediss" && uri.Host.Length > 0
            && uri.Query.Length == 0 && uri.Fragment.Length == 0
            && ((path = uri.AbsolutePath.Trim('/')).Length == 0 || int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database));
        return fits
            ? new ClusterAddress(uri!, database)
            : throw new ArgumentException(
                "The cluster's address is not understood; give redis://host:port, with a password redis://:password@host:port, with TLS rediss://host:port.");
    }

    /// <summary>The options of a connection.</summary>
    public ConfigurationOptions ToOptions()
    {
        ConfigurationOptions options = new()
        {
            AbortOnConnectFail = false,
            Ssl = _address.Scheme == "rediss",
            DefaultDatabase = _database,
            ClientName = "mglmm",
        };
        options.EndPoints.Add(_address.Host, _address.Port > 0 ? _address.Port : DefaultPort);
        if (options.Ssl)
        {
            options.SslHost = _address.Host;
        }

        string[] secrets = _address.UserInfo.Split(':', 2);
        if (secrets is [_, { Length: > 0 } password])
        {
            options.Password = Uri.UnescapeDataString(password);
            options.User = secrets[0].Length > 0 ? Uri.UnescapeDataString(secrets[0]) : null;
        }

        return options;
    }

    /// <summary>The address without its secrets.</summary>
    public override string ToString() => $"{_address.Scheme}://{_address.Host}:{(_address.Port > 0 ? _address.Port : DefaultPort)}{(_database > 0 ? $"/{_database}" : string.Empty)}";
}
