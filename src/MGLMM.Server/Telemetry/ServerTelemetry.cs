using MGLMM.Vision.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MGLMM.Server.Telemetry;

/// <summary>
/// What the server tells observers: metrics on <c>/metrics</c> in Prometheus' form; metrics and traces to a collector where
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one.
/// </summary>
internal static class ServerTelemetry
{
    private const string CollectorVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // What a gateway asks of the cluster's workers, so that a request is one trace over both.
    private const string ClusterSource = "Microsoft.Orleans.Application";

    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        bool hasCollector = !string.IsNullOrWhiteSpace(configuration[CollectorVariable]);
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(
                VisionTelemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting", "System.Runtime");
            metrics.AddPrometheusExporter();
            if (hasCollector)
            {
                metrics.AddOtlpExporter();
            }
        });
        if (hasCollector)
        {
            telemetry.WithTracing(traces => traces.AddSource(VisionTelemetry.Name, "Microsoft.AspNetCore", "Experimental.ModelContextProtocol", ClusterSource).AddOtlpExporter());
        }
    }
}
