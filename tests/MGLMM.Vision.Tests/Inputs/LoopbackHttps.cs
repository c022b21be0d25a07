using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MGLMM.Vision.Inputs;

namespace MGLMM.Vision.Tests.Inputs;

/// <summary>An https server on this machine for the host <c>pictures.test</c>, with a certificate of its own.</summary>
internal sealed class LoopbackHttps : IAsyncDisposable
{
    public const string Host = "pictures.test";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate;
    private readonly Func<Stream, CancellationToken, Task> _answer;
    private readonly Task _serving;

    public LoopbackHttps(Func<Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={Host}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(Host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        // Windows serves no key that is not exported once.
        _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The requests that came, with their headers.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Done when the first request is there.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A network where each host is this machine, this machine may be connected to, and this certificate is trusted.</summary>
    public Network Network => new()
    {
        ResolveAsync = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
        MayConnect = IPAddress.IsLoopback,
        Roots = [_certificate],
    };

    /// <summary>An answer with a body.</summary>
    public static Func<Stream, CancellationToken, Task> Answer(byte[] body, string type = "image/png", int status = 200, string more = "", bool announced = true) =>
        async (stream, token) =>
        {
            string length = announced ? $"Content-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}\r\n" : string.Empty;
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Something\r\nContent-Type: {type}\r\n{length}{more}Connection: close\r\n\r\n"), token);
            await stream.WriteAsync(body, token);
        };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
            try
            {
                await using SslStream stream = new(client.GetStream());
                await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
                StringBuilder head = new();
                byte[] buffer = new byte[4096];
                while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    int read = await stream.ReadAsync(buffer, _stop.Token);
                    if (read == 0)
                    {
                        break;
                    }

                    head.Append(Encoding.ASCII.GetString(buffer, 0, read));
                }

                if (head.Length == 0)
                {
                    // A client that does not like the certificate goes after the handshake.
                    continue;
                }

                Requests.Add(head.ToString());
                Asked.TrySetResult();
                await _answer(stream, _stop.Token);
                await stream.ShutdownAsync();
            }
            catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The client went away, as some tests want.
            }
        }
    }
}
