using MGLMM.Vision.Results;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace MGLMM.Server.Security;

/// <summary>Where conversations are kept cannot be reached (a cluster, a disk): the caller is told that in words, and when to come again. The log has the rest.</summary>
internal sealed class StorageFaults : IExceptionHandler
{
    private const string RetrySeconds = "2";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // A request that is cut off is an IOException too, and its sender's.
        if (exception is not IOException or BadHttpRequestException)
        {
            return false;
        }

        httpContext.Response.Headers.RetryAfter = RetrySeconds;
        await Problems.WriteAsync(
            httpContext, StatusCodes.Status503ServiceUnavailable, ToolErrorCodes.Failed, "What keeps the conversations cannot be reached at the moment.", "Ask again in a few seconds.").ConfigureAwait(false);
        return true;
    }
}
