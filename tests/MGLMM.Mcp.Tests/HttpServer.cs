using System.Security.Claims;
using System.Text.Encodings.Web;
using MGLMM.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Client;

namespace MGLMM.Mcp.Tests;

/// <summary>The MCP endpoint in a real web server on the loopback, over a scripted model. A header says who asks.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private const string Header = "X-Test-User";

    private readonly WebApplication _application;
    private readonly string _bundle;

    private HttpServer(WebApplication application, string bundle)
    {
        _application = application;
        _bundle = bundle;
    }

    public ScriptedGroundingModel Model { get; private init; } = null!;

    public Uri Endpoint => new(_application.Urls.First() + "/mcp");

    public static async Task<HttpServer> StartAsync(Action<MglmmMcpOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        // The scripted model reads no bundle, but a host must name one.
        string bundle = Directory.CreateTempSubdirectory("mglmm-mcp-").FullName;
        await File.WriteAllTextAsync(Path.Combine(bundle, "mglmm-bundle.json"), "{}");
        ScriptedGroundingModel model = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ModelFactory>((_, _) => Task.FromResult<IGroundingModel>(model));
        services?.Invoke(builder.Services);
        builder.Services.AddMglmm(options =>
        {
            options.BundlePath = bundle;
            options.AllowDataUris = true;
            options.WarmUp = false;
        });
        builder.Services.AddMglmmMcp(configure);
        builder.Services.AddAuthentication(Header).AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(Header, null);
        builder.Services.AddAuthorization();
        WebApplication application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        application.UseAuthentication();
        application.UseAuthorization();
        application.MapMglmmMcp();
        await application.StartAsync();
        return new HttpServer(application, bundle) { Model = model };
    }

    public Task<McpClient> ConnectAsync(string? user = null) => McpClient.CreateAsync(new HttpClientTransport(new HttpClientTransportOptions
    {
        Endpoint = Endpoint,
        TransportMode = HttpTransportMode.StreamableHttp,
        AdditionalHeaders = user is null ? null : new Dictionary<string, string> { [Header] = user },
    }));

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        Directory.Delete(_bundle, recursive: true);
    }

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Request.Headers[Header].ToString() is { Length: > 0 } user
                ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user)], Header)), Header))
                : AuthenticateResult.NoResult());
    }
}
