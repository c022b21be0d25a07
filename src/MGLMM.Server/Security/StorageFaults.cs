using MGLMM.Vision.Results;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MGLMM.Server.Security;

/// <summary>Where conversations are kept cannot be reached (a cluster, a disk): the caller is told that in words, and when to come again. The log has the rest.</summary>
internal sealed partial class StorageFaults(ILogger<StorageFaults> logger) : IExceptionHandler
{
    private const string RetrySeconds = "2";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // A request that is cut off is an IOException too, and its sender's.
        if (exception is not IOException or BadHttpRequestException)
        {
            return false;
        }

        // The framework logs what nobody handles, and this is handled.
        LogUnreachable(logger, httpContext.Request.Method, httpContext.Request.Path.Value, exception);
        httpContext.Response.Headers.RetryAfter = RetrySeconds;
        await Problems.WriteAsync(
            httpContext, StatusCodes.Status503ServiceUnavailable, ToolErrorCodes.Failed, "What keeps the conversations cannot be reached at the moment.", "Ask again in a few seconds.").ConfigureAwait(false);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What keeps the conversations cannot be reached: {Method} {Path} was not answered.")]
    private static partial void LogUnreachable(ILogger logger, string method, string? path, Exception exception);
}
