using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace MGLMM.Server.Security;

/// <summary>Bodies of requests that should be JSON.</summary>
internal static class JsonBody
{
    /// <summary>Whether a request says that its body is JSON, in an encoding that there is: only then can it be read as such. Who says something else is told so.</summary>
    /// <returns>False where the request is answered.</returns>
    public static async Task<bool> AcceptAsync(HttpContext context)
    {
        if (IsAcceptable(context.Request))
        {
            return true;
        }

        await Problems.WriteAsync(
            context, StatusCodes.Status415UnsupportedMediaType, "media_type", "The body is no JSON by its type.", "Send JSON in UTF-8 (Content-Type: application/json).").ConfigureAwait(false);
        return false;
    }

    /// <summary>Lets only JSON through, to what would fail over anything else.</summary>
    public static async Task RequireAsync(HttpContext context, RequestDelegate next)
    {
        if (await AcceptAsync(context).ConfigureAwait(false))
        {
            await next(context).ConfigureAwait(false);
        }
    }

    /// <summary>An encoding in quotes, which says the same, is written without them, for the framework knows it only so.</summary>
    private static bool IsAcceptable(HttpRequest request)
    {
        if (!request.HasJsonContentType() || !MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type))
        {
            return false;
        }

        StringSegment charset = HeaderUtilities.RemoveQuotes(type.Charset);
        if (!IsKnown(charset.Value))
        {
            return false;
        }

        if (charset != type.Charset)
        {
            type.Charset = charset;
            request.ContentType = type.ToString();
        }

        return true;
    }

    private static bool IsKnown(string? charset)
    {
        try
        {
            return string.IsNullOrEmpty(charset) || Encoding.GetEncoding(charset) is not null;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
