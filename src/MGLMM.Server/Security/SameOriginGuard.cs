using System.Net;
using Microsoft.AspNetCore.Http;

namespace MGLMM.Server.Security;

/// <summary>
/// Keeps other web pages out. A browser sends requests to a local server for any page that asks it to: under a foreign name that now leads here
/// (DNS rebinding), which the Host header tells, or from a foreign page, which Origin and Sec-Fetch-Site tell; or as a plain form, which needs no
/// permission of ours and is not taken at all.
/// </summary>
internal sealed class SameOriginGuard(RequestDelegate next, AllowedHosts hosts)
{
    private const string FetchSite = "Sec-Fetch-Site";
    private const string FetchMode = "Sec-Fetch-Mode";

    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!hosts.Contains(request.Host.Host, context.Connection.LocalIpAddress))
        {
            return Problems.WriteAsync(
                context, StatusCodes.Status403Forbidden, "host_not_allowed", "The request names a host that this server does not go by.",
                "Use the address that the server printed when it started, or have its operator allow the name.");
        }

        if (IsForeign(request))
        {
            return Problems.WriteAsync(
                context, StatusCodes.Status403Forbidden, "origin_not_allowed", "The request comes from a page of another origin.",
                "Open this server's own page, or send the request from a program.");
        }

        if (IsForm(request))
        {
            return Problems.WriteAsync(
                context, StatusCodes.Status415UnsupportedMediaType, "media_type", "Forms and plain text are not taken.",
                "Send JSON (Content-Type: application/json), or a picture's bytes with its own type (image/png, image/jpeg or image/webp).");
        }

        return next(context);
    }

    private static bool IsForeign(HttpRequest request)
    {
        if (request.Headers.Origin is { Count: > 0 } origins)
        {
            // Behind a proxy that ends TLS the scheme differs; name and port do not.
            return origins.Count > 1
                || !Uri.TryCreate(origins[0], UriKind.Absolute, out Uri? origin)
                || !Uri.TryCreate($"{origin.Scheme}://{request.Host}", UriKind.Absolute, out Uri? own)
                || !string.Equals(origin.Authority, HostString.FromUriComponent(own).Value, StringComparison.OrdinalIgnoreCase);
        }

        // Following a link to this server is no request of the page that has the link.
        return request.Headers[FetchSite].ToString() is "cross-site" or "same-site"
            && !(HttpMethods.IsGet(request.Method) && request.Headers[FetchMode] == "navigate");
    }

    private static bool IsForm(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method) && !HttpMethods.IsPut(request.Method) && !HttpMethods.IsPatch(request.Method))
        {
            return false;
        }

        string? type = request.ContentType?.Split(';')[0].Trim();
        return string.IsNullOrEmpty(type)
            || type.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
            || type.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || type.Equals("text/plain", StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>The names that a server goes by.</summary>
internal sealed class AllowedHosts(IEnumerable<string> names)
{
    private readonly HashSet<string> _names = new(names, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a request's host is one of them, or the very address that the request came in at.</summary>
    public bool Contains(string host, IPAddress? local)
    {
        string name = host.Trim('[', ']');
        return name.Length > 0
            && (_names.Contains(name)
                || (IPAddress.TryParse(name, out IPAddress? address) && local is not null && Plain(address).Equals(Plain(local))));
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
