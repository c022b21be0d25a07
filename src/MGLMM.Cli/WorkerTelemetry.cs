using MGLMM.Vision.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MGLMM.Cli;

/// <summary>What a worker tells observers: metrics and traces to a collector where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one. A gateway tells its own, as every server.</summary>
internal static class WorkerTelemetry
{
    private const string CollectorVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Adds the exporters; none where there is no collector.</summary>
    /// <param name="services">The worker's services.</param>
    /// <param name="configuration">The worker's configuration, with the environment in it.</param>
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration[CollectorVariable]))
        {
            return;
        }

        services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter(VisionTelemetry.Name, "Microsoft.Orleans", "System.Runtime").AddOtlpExporter())
            .WithTracing(traces => traces.AddSource(VisionTelemetry.Name, "Microsoft.Orleans.Application").AddOtlpExporter());
    }
}
