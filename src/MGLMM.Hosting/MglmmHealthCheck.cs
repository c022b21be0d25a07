using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MGLMM.Hosting;

/// <summary>Says how far the model is, without asking or waiting for it.</summary>
internal sealed class MglmmHealthCheck(IVisionToolsets toolsets, HealthStatus whileLoading) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ModelStatus status = toolsets.Status;
        HealthStatus health = status.State switch
        {
            ModelState.Ready => HealthStatus.Healthy,
            ModelState.Loading => whileLoading,
            _ => context.Registration.FailureStatus,
        };
        Dictionary<string, object>? data = status.Model is null ? null : new Dictionary<string, object> { ["model"] = status.Model };
        return Task.FromResult(new HealthCheckResult(health, status.Message, exception: null, data));
    }
}
