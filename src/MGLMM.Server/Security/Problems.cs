using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace MGLMM.Server.Security;

/// <summary>Errors as people and programs read them: ProblemDetails with a code and a way out; below <c>/v1</c>, in the form that OpenAI's clients read.</summary>
internal static class Problems
{
    /// <summary>Writes an error.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">Which mistake, for programs.</param>
    /// <param name="message">What is wrong. No paths, no hosts.</param>
    /// <param name="remedy">The way out.</param>
    public static async Task WriteAsync(HttpContext context, int status, string code, string message, string remedy)
    {
        context.Response.StatusCode = status;
        if (context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
        {
            await context.Response.WriteAsJsonAsync(
                new Dictionary<string, object> { ["error"] = new Dictionary<string, string> { ["message"] = $"{message} {remedy}", ["type"] = "invalid_request_error", ["code"] = code } })
                .ConfigureAwait(false);
            return;
        }

        ProblemDetails problem = Of(status, code, message, remedy);
        if (!await context.RequestServices.GetRequiredService<IProblemDetailsService>()
            .TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem }).ConfigureAwait(false))
        {
            // Who asked for a picture and nothing else is told of an error nevertheless.
            await context.Response.WriteAsJsonAsync(problem, options: null, contentType: "application/problem+json").ConfigureAwait(false);
        }
    }

    /// <summary>An error as a ProblemDetails with <c>code</c> and <c>try</c>.</summary>
    public static ProblemDetails Of(int status, string code, string message, string remedy) => new()
    {
        Status = status,
        Detail = message,
        Extensions = { ["code"] = code, ["try"] = remedy },
    };
}
