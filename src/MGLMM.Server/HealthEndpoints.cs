using MGLMM.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MGLMM.Server;

/// <summary>For orchestrators: whether the process lives, and whether the model answers. Neither waits for the model, and both need no key.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder group = endpoints.MapGroup("/health").AllowAnonymous();
        group.MapGet("/live", () => Results.Json(new { status = "live" }));
        group.MapGet("/ready", (IVisionToolsets toolsets) =>
        {
            ModelStatus status = toolsets.Status;
            return Results.Json(
                new { status = status.State.ToString().ToLowerInvariant(), message = status.Message, model = status.Model, progress = status.Progress },
                statusCode: status.State == ModelState.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
    }
}
