using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MGLMM.Server.Security;

/// <summary>
/// Lets in who has a key: <c>Authorization: Bearer KEY</c>, <c>X-Api-Key: KEY</c>, or, for programs that know nothing else, the password of
/// <c>Authorization: Basic</c>. Without a file of keys nobody is authenticated.
/// </summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeyFile? keys = null)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";

    private const string Header = "X-Api-Key";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (keys is null || Presented() is not { } key)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        return Task.FromResult(keys.OwnerOf(key) is { } owner
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, owner)], SchemeName)), SchemeName))
            : AuthenticateResult.Fail("The key is none."));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.WriteAsync(
            Context, StatusCodes.Status401Unauthorized, "unauthorized", "This server lets in who has an API key; the request has none that counts.",
            $"Send the header 'Authorization: Bearer KEY' or '{Header}: KEY'.");
    }

    private string? Presented()
    {
        if (Request.Headers[Header].ToString() is { Length: > 0 } plain)
        {
            return plain;
        }

        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out AuthenticationHeaderValue? header) || header.Parameter is null)
        {
            return null;
        }

        if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return header.Parameter;
        }

        if (!header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        byte[] pair = new byte[header.Parameter.Length];
        if (!Convert.TryFromBase64String(header.Parameter, pair, out int length))
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(pair, 0, length);
        return text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? text[(colon + 1)..] : null;
    }
}
