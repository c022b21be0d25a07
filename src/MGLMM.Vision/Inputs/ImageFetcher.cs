using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Inputs;

/// <summary>Fetches pictures from https addresses that the policy allows. Thread-safe.</summary>
/// <remarks>
/// One <see cref="Uri"/> is parsed, checked and fetched. The connection is made by us, to an address that was just checked, so that no
/// second resolution can answer otherwise; TLS still checks the certificate against the host's name.
/// </remarks>
internal sealed class ImageFetcher
{
    private const int LongestAddress = 2_048;
    private const int FirstBuffer = 64 << 10;
    private const int HeaderKilobytes = 16;

    // Knows no policy, so that all toolsets can share its connections.
    private static readonly Lazy<HttpMessageInvoker> Shared = new(() => NewClient(Network.Real));

    private readonly AllowedHost[] _hosts;
    private readonly TimeSpan _maximumTime;
    private readonly long _maximumBytes;
    private readonly Network _network;
    private readonly Lazy<HttpMessageInvoker> _client;

    public ImageFetcher(ImageInputPolicy policy, long maximumBytes, Network? network)
    {
        _hosts = [.. policy.AllowedHosts.Select(AllowedHost.Parse)];
        _maximumTime = policy.MaximumFetchTime;
        _maximumBytes = maximumBytes;
        _network = network ?? Network.Real;
        _client = network is null ? Shared : new Lazy<HttpMessageInvoker>(() => NewClient(network));
    }

    /// <summary>Whether a source is meant as an address of the web.</summary>
    public static bool IsAddress(string source) =>
        source.StartsWith("https:", StringComparison.OrdinalIgnoreCase) || source.StartsWith("http:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The file's bytes and what to call it.</summary>
    /// <exception cref="ToolException">The address is not allowed, or gives no picture.</exception>
    public async Task<(string Name, byte[] File)> FetchAsync(string source, CancellationToken cancellationToken)
    {
        Uri address = Allowed(source);
        using CancellationTokenSource clock = new(_maximumTime, _network.Time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, address) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Headers.Accept.ParseAdd("image/png, image/jpeg, image/webp");
            request.Headers.AcceptEncoding.ParseAdd("identity");
            request.Headers.UserAgent.ParseAdd("MGLMM");
            using HttpResponseMessage response = await _client.Value.SendAsync(request, both.Token).ConfigureAwait(false);
            return (NameOf(address), await ReadAsync(response, both.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NothingThere();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or InvalidOperationException)
        {
            // What it says may name addresses inside the network. A refused address is told from a dead one by its code alone.
            for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
            {
                if (cause is AddressRefusedException)
                {
                    throw NotAllowed();
                }
            }

            throw NothingThere();
        }
    }

    private static HttpMessageInvoker NewClient(Network network)
    {
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = HeaderKilobytes,
            MaxResponseDrainSize = 0,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromSeconds(30),
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) =>
                await ConnectAsync(network, context.DnsEndPoint, cancellationToken).ConfigureAwait(false),
        };
        if (network.Roots is { } roots)
        {
            X509ChainPolicy chain = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            chain.CustomTrustStore.AddRange(roots);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = chain };
        }

        return new HttpMessageInvoker(handler);
    }

    private static async Task<Stream> ConnectAsync(Network network, DnsEndPoint target, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(target.Host, out IPAddress? literal)
            ? [literal]
            : await network.ResolveAsync(target.Host, cancellationToken).ConfigureAwait(false);

        // One private address among public ones is refused as well: which of them would be taken should not decide.
        if (!Array.TrueForAll(addresses, address => network.MayConnect(address)))
        {
            throw new AddressRefusedException();
        }

        Exception? last = null;
        foreach (IPAddress address in addresses)
        {
            try
            {
                return await network.ConnectAsync(new IPEndPoint(address, target.Port), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                last = exception;
            }
        }

        throw last ?? new IOException("The host has no address.");
    }

    private static string NameOf(Uri address)
    {
        string name = PlainText.Limit(Uri.UnescapeDataString(address.Segments[^1]).Replace('/', ' ').Replace('\\', ' ').Trim(), 80);
        return name.Length > 0 ? name : "picture";
    }

    private static ToolException NotAllowed() => new(
        ToolErrorCodes.NotAllowed, "This address may not be opened.", "Use https addresses of allowed hosts, or ask the user to attach the picture.");

    private static ToolException NothingThere() => new(
        ToolErrorCodes.ImageNotFound,
        "No picture could be fetched from this address.",
        "Check the address, letter by letter; call once more if it is right, or ask the user to attach the picture.");

    private Uri Allowed(string source) =>
        source.Length <= LongestAddress
        && !source.AsSpan().ContainsAny(" \\") && !source.Any(char.IsControl)
        && Uri.TryCreate(source, UriKind.Absolute, out Uri? address)
        && address.Scheme == Uri.UriSchemeHttps
        && address.UserInfo.Length == 0
        && Array.Exists(_hosts, host => host.Covers(address))
            ? address
            : throw NotAllowed();

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if ((int)response.StatusCode is >= 300 and < 400)
        {
            throw new ToolException(
                ToolErrorCodes.NotAllowed, "This address leads on to another one, which is not followed.", "Give the picture's final address, or ask the user to attach it.");
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw NothingThere();
        }

        if (!PictureMedia.IsAllowed(response.Content.Headers.ContentType?.MediaType) || response.Content.Headers.ContentEncoding.Count > 0)
        {
            throw ToolException.ImageUnreadable("What this address gives is not said to be a PNG, JPEG or WebP picture.");
        }

        long? announced = response.Content.Headers.ContentLength;
        if (announced > _maximumBytes)
        {
            throw TooLarge();
        }

        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            // An announced length is a promise, not a reason to take memory.
            byte[] file = new byte[Math.Min(announced ?? FirstBuffer, FirstBuffer) + 1];
            int length = 0;
            int read;
            while ((read = await stream.ReadAsync(file.AsMemory(length), cancellationToken).ConfigureAwait(false)) > 0)
            {
                length += read;
                if (length > _maximumBytes)
                {
                    throw TooLarge();
                }

                if (length == file.Length)
                {
                    Array.Resize(ref file, (int)Math.Min(Array.MaxLength, 2L * length));
                }
            }

            return announced is null || length == announced ? file[..length] : throw NothingThere();
        }

        ToolException TooLarge() => ToolException.TooLarge($"The picture has more than the accepted {_maximumBytes:N0} bytes.");
    }

    /// <summary>A host has an address that nobody may be led to.</summary>
    private sealed class AddressRefusedException : IOException;
}
