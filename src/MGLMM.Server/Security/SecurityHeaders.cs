using Microsoft.AspNetCore.Http;

namespace MGLMM.Server.Security;

/// <summary>Tells browsers to load nothing from elsewhere, to show nothing here inside another page, and to take files for what they are.</summary>
internal static class SecurityHeaders
{
    /// <summary>The policy of the page and of everything that names none.</summary>
    public const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
        + "form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>The policy of files that people and models made: not even their own scripts.</summary>
    public const string FilePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = PagePolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return next(context);
    }
}
