using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MGLMM.Cli.Tests;

/// <summary>A worker's spans and numbers reach a collector where one is named.</summary>
public sealed class WorkerTelemetryTests
{
    [Fact]
    public async Task Where_a_collector_is_named_a_request_is_followed_into_the_worker()
    {
        await using ServiceProvider without = Services(null);
        Assert.Null(without.GetService<TracerProvider>());
        Assert.Null(without.GetService<MeterProvider>());

        await using ServiceProvider with = Services("http://127.0.0.1:9");
        Assert.NotNull(with.GetService<MeterProvider>());
        Assert.NotNull(with.GetService<TracerProvider>());
        foreach (string name in (string[])["MGLMM", "Microsoft.Orleans.Application"])
        {
            using ActivitySource source = new(name);
            Assert.True(source.HasListeners(), name);
        }
    }

    private static ServiceProvider Services(string? collector)
    {
        ServiceCollection services = new();
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("OTEL_EXPORTER_OTLP_ENDPOINT", collector)]).Build();
        services.AddSingleton(configuration);
        WorkerTelemetry.Add(services, configuration);
        return services.BuildServiceProvider();
    }
}
