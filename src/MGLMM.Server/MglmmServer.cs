using System.Net;
using MGLMM.Hosting;
using MGLMM.Imaging;
using MGLMM.Mcp;
using MGLMM.Server.Api;
using MGLMM.Server.LabelStudio;
using MGLMM.Server.OpenAi;
using MGLMM.Server.Page;
using MGLMM.Server.Security;
using MGLMM.Server.Telemetry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MGLMM.Server;

/// <summary>
/// The web server: <c>/mcp</c>, <c>/v1</c> (OpenAI's chat completions), <c>/api</c>, <c>/label-studio</c>, <c>/health</c>, <c>/metrics</c> and the
/// page at <c>/</c>.
/// </summary>
/// <remarks>
/// Safe by default: it listens on the loopback, and elsewhere only with API keys; requests of other pages (Host, Origin) are refused and no
/// other origin may read answers; bodies, pixels, rates and numbers of requests are bounded. Every owner sees their own conversations alone.
/// </remarks>
public static class MglmmServer
{
    /// <summary>Where it listens unless it is told otherwise.</summary>
    public const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>How long a conversation is kept in memory unused, where there is no folder for it and the configuration does not say.</summary>
    public static readonly TimeSpan IdleTimeInMemory = TimeSpan.FromHours(24);

    private const string PageFolder = "wwwroot";
    private const string McpPath = "/mcp";

    // Three of the usual kind at once, or one of the kind that takes most.
    private const long LargestPicturePx = 36_000_000;
    private const long DecodingBytes = 768L << 20;

    /// <summary>Makes a server. Run it, or start and stop it.</summary>
    /// <param name="configureModel">Sets the model and what it may read; the configuration section <c>Mglmm</c> (environment variables such as <c>Mglmm__MaximumNewTokens</c>) comes first.</param>
    /// <param name="configureServer">Sets the server's options, likewise.</param>
    /// <param name="configureBuilder">Adds services and logging of the host's own; null adds none.</param>
    /// <returns>The application; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option is wrong; the message says which and what to do.</exception>
    public static WebApplication Build(
        Action<MglmmOptions>? configureModel = null, Action<MglmmServerOptions>? configureServer = null, Action<WebApplicationBuilder>? configureBuilder = null)
    {
        // Settings come from the environment and the command line, never from a file that happens to lie in the working directory.
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(MglmmServer).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        configureBuilder?.Invoke(builder);
        MglmmServerOptions options = new();
        builder.Configuration.GetSection(MglmmServerOptions.SectionName).Bind(options);
        configureServer?.Invoke(options);
        options.Validate();
        ListeningAddress[] addresses = Addresses(options, builder.Configuration);

        AddServices(builder, options, configureModel, addresses);
        WebApplication application = builder.Build();
        try
        {
            Map(application);
        }
        catch
        {
            ((IDisposable)application).Dispose();
            throw;
        }

        return application;
    }

    private static ListeningAddress[] Addresses(MglmmServerOptions options, IConfiguration configuration)
    {
        if (configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            throw new ArgumentException("Kestrel:Endpoints is set, which would listen unchecked; give addresses with --urls instead.");
        }

        ListeningAddress[] addresses = [.. (options.Urls.Count > 0 ? options.Urls : [DefaultUrl]).Select(ListeningAddress.Parse)];
        return options.ApiKeyFile is null && addresses.FirstOrDefault(address => !address.IsLoopback) is { } open
            ? throw new ArgumentException(
                $"'{open.Url}' can be reached from other machines, and nothing says who may use it: give --api-key-file, a file with a line 'owner key' for each, or listen on {DefaultUrl}.")
            : addresses;
    }

    private static void AddServices(WebApplicationBuilder builder, MglmmServerOptions options, Action<MglmmOptions>? configureModel, ListeningAddress[] addresses)
    {
        IServiceCollection services = builder.Services;
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls([.. addresses.Select(address => address.Url)]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaximumBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = 1_024;
        });
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopTime);

        if (options.DataFolder is not null && services.Any(service => service.ServiceType == typeof(IConversations)))
        {
            throw new ArgumentException(
                $"{MglmmServerOptions.SectionName}:{nameof(options.DataFolder)} is '{options.DataFolder}', and the host keeps conversations already, as in a cluster; leave one of the two out.");
        }

        services.AddSingleton<IImageDecoder>(SkiaImageDecoder.Instance);
        services.AddMglmm(model =>
        {
            model.MaximumImagePixels ??= LargestPicturePx;
            model.MaximumDecodingBytes ??= DecodingBytes;
            if (options.DataFolder is null && builder.Configuration[$"{MglmmOptions.SectionName}:{nameof(model.ConversationIdleTime)}"] is null)
            {
                // Nothing brings back what is let go, and its bytes are bounded.
                model.ConversationIdleTime = IdleTimeInMemory;
            }

            configureModel?.Invoke(model);
        });
        if (options.DataFolder is { } folder)
        {
            services.AddMglmmConversationFolder(kept => kept.Folder = Path.GetFullPath(folder));
        }

        services.AddMglmmMcp();
        services.AddProblemDetails();
        services.AddExceptionHandler<StorageFaults>();
        services.AddSingleton<OpenApiDocument>();

        // Made here, so that an environment that does not fit together ends the start in words.
        Planner planner = new(builder.Configuration);
        services.AddSingleton(_ => planner);
        services.AddSingleton<IPlannerDescription>(planner);
        services.AddSingleton(provider => new TaskPicture(provider.GetRequiredService<IConfiguration>(), provider.GetService<TimeProvider>()));
        ServerTelemetry.Add(services, builder.Configuration);

        services.AddSingleton(new AllowedHosts(
            ["localhost", "127.0.0.1", "::1", .. addresses.Select(address => address.Host).Where(host => host != "*"), .. options.AllowedHosts]));
        if (options.ApiKeyFile is { } keys)
        {
            string path = Path.GetFullPath(keys);

            // Read here as well, so that a wrong file ends the start in words.
            _ = new ApiKeyFile(path, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            services.AddSingleton(provider => new ApiKeyFile(path, provider.GetRequiredService<ILoggerFactory>().CreateLogger<ApiKeyFile>()));
        }

        // What AddAuthentication does but for data protection, which would write a key that nothing here uses into the home of whoever runs the server.
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = ApiKeyAuthentication.SchemeName);
        services.AddWebEncoders();
        services.TryAddSingleton(TimeProvider.System);
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);
        services.AddAuthorizationBuilder().SetFallbackPolicy(
            options.ApiKeyFile is null ? null : new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddRateLimiter(limits => RequestLimits.Configure(limits, new RequestLimits.Bounds(
            options.MaximumConcurrentRequests,
            options.MaximumQueuedRequests,
            options.MaximumConcurrentRequestsPerOwner,
            options.MaximumQueuedRequestsPerOwner,
            options.MaximumRequestsPerMinute)));
    }

    private static void Map(WebApplication application)
    {
        application.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // A request that is cut off or too large is its sender's fault.
            StatusCodeSelector = exception => exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
        });
        application.UseStatusCodePages();
        application.Use(SecurityHeaders.AddAsync);
        application.UseMiddleware<SameOriginGuard>();
        UsePage(application);
        application.UseRouting();
        application.UseAuthentication();
        application.UseRateLimiter();
        application.UseAuthorization();
        application.UseWhen(
            context => HttpMethods.IsPost(context.Request.Method) && context.Request.Path.StartsWithSegments(McpPath, StringComparison.Ordinal), mcp => mcp.Use(JsonBody.RequireAsync));

        application.MapMglmmMcp(McpPath);
        OpenAiEndpoints.Map(application);
        ApiEndpoints.Map(application);
        PageEndpoints.Map(application);
        LabelStudioEndpoints.Map(application);
        application.MapPrometheusScrapingEndpoint("/metrics");
        HealthEndpoints.Map(application);
    }

    /// <summary>The page's files, which hold nothing of anybody and so need no key.</summary>
    private static void UsePage(WebApplication application)
    {
        ManifestEmbeddedFileProvider files = new(typeof(MglmmServer).Assembly, PageFolder);
        application.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        application.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = response => response.Context.Response.Headers.CacheControl = "no-cache",
        });
    }
}
