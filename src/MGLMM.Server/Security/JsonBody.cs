using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace MGLMM.Server.Security;

/// <summary>Bodies of requests that should be JSON.</summary>
internal static class JsonBody
{
    /// <summary>
    /// Whether a request says that its body is JSON, in an encoding that there is. Only then can it be read as such: an encoding in quotes, which says
    /// the same, is written without them here, for the framework knows it only so.
    /// </summary>
    public static bool Accept(HttpRequest request)
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

    /// <summary>Says that a body is no JSON by its type.</summary>
    public static Task RefuseAsync(HttpContext context) => Problems.WriteAsync(
        context, StatusCodes.Status415UnsupportedMediaType, "media_type", "The body is no JSON by its type.", "Send JSON in UTF-8 (Content-Type: application/json).");

    /// <summary>Lets only JSON through, to what would fail over anything else.</summary>
    public static Task RequireAsync(HttpContext context, RequestDelegate next) => Accept(context.Request) ? next(context) : RefuseAsync(context);

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
