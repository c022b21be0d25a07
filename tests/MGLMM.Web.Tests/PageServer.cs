using MGLMM.Hosting;
using MGLMM.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MGLMM.Web.Tests;

/// <summary>The server with its page on a free port of the loopback, over a model of the test's choice.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly string _folder;

    private PageServer(WebApplication application, string folder) => (_application, _folder) = (application, folder);

    public string Address => _application.Urls.First();

    public static Task<PageServer> StartAsync(IGroundingModel model, Action<MglmmServerOptions>? configure = null, Action<IServiceCollection>? services = null) =>
        StartAsync((_, _) => Task.FromResult(model), configure, services: services);

    public static async Task<PageServer> StartAsync(ModelFactory? factory, Action<MglmmServerOptions>? configure = null, string? bundle = null, Action<IServiceCollection>? services = null)
    {
        string folder = Directory.CreateTempSubdirectory("mglmm-web-").FullName;
        if (bundle is null)
        {
            // Models of tests read no bundle, but a host must name one.
            await File.WriteAllTextAsync(Path.Combine(folder, "mglmm-bundle.json"), "{}");
        }

        WebApplication application = MglmmServer.Build(
            options =>
            {
                options.BundlePath = bundle ?? folder;
                options.WarmUp = false;
            },
            options =>
            {
                options.Urls = ["http://127.0.0.1:0"];
                configure?.Invoke(options);
            },
            builder =>
            {
                builder.Logging.ClearProviders();

                // Whatever endpoint the machine has, the tests' planner is the offline one.
                builder.Configuration.AddInMemoryCollection(((string[])["OPENAI_API_KEY", "OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT"]).Select(name => new KeyValuePair<string, string?>(name, null)));
                if (factory is not null)
                {
                    builder.Services.AddSingleton(factory);
                }

                services?.Invoke(builder.Services);
            });
        await application.StartAsync();
        return new PageServer(application, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
