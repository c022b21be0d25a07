using System.Net;
using System.Net.Http.Headers;

namespace MGLMM.Hub.Http;

/// <summary>What a hub's refusal means, and what to do about it.</summary>
internal static class HubErrors
{
    private const int LongestWords = 300;

    /// <summary>Whether the same request may succeed in a moment.</summary>
    public static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>A failure that is worth another try.</summary>
    public static TransientException Transient(HttpResponseMessage response, Uri uri, TimeProvider time)
    {
        int status = (int)response.StatusCode;
        RetryConditionHeaderValue? after = response.Headers.RetryAfter;
        TimeSpan? wait = after?.Delta ?? (after?.Date is { } date ? date - time.GetUtcNow() : null);
        if (wait < TimeSpan.Zero)
        {
            wait = TimeSpan.Zero;
        }

        return response.StatusCode == HttpStatusCode.TooManyRequests
            ? new TransientException(HubProblem.RateLimited, $"{uri.Host} allows no more requests for now (429).", wait)
            : new TransientException(HubProblem.Unreachable, $"{uri.Host} answers with an error ({status}).", wait);
    }

    /// <summary>The hub's refusal of a model or a file.</summary>
    /// <param name="response">Its answer.</param>
    /// <param name="model">The model that was asked for.</param>
    /// <param name="path">The file; null for the model itself.</param>
    /// <param name="settings">Whether there was a token, and where the model's page is.</param>
    public static HubException Refusal(HttpResponseMessage response, HubModel model, string? path, HubSettings settings)
    {
        int status = (int)response.StatusCode;
        string? code = Header(response, "X-Error-Code");
        string words = Words(Header(response, "X-Error-Message"));
        string page = $"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{model.Id}";
        string tokens = $"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/settings/tokens";
        bool hasToken = settings.Token is not null;
        string what = path is null ? $"'{model.Id}'" : $"'{path}' of '{model.Id}'";
        switch (code)
        {
            case "GatedRepo":
                return new HubException(
                    HubProblem.Gated,
                    hasToken
                        ? $"{what} is gated, and the account of your token may not read it ({status}). Ask for access or accept the licence at {page} with that account, and run the same command again.{words}"
                        : $"{what} is gated ({status}). Accept its licence at {page}, make a token at {tokens}, set HF_TOKEN to it, and run the same command again.{words}");
            case "RevisionNotFound":
                return new HubException(
                    HubProblem.NotFound, $"'{model.Id}' has no revision '{model.RevisionOrDefault}' ({status}). Its branches and commits are at {page}/commits; give one as {model.Id}@<revision>.{words}");
            case "EntryNotFound":
                return new HubException(HubProblem.NotFound, $"There is no {what} at this revision ({status}). What there is stands at {page}/tree/{model.RevisionOrDefault}.{words}");
            case "DisabledRepo":
                return new HubException(HubProblem.NotFound, $"{what} was switched off by the hub ({status}). {page} says why.{words}");
        }

        if (code == "RepoNotFound" || response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone || (response.StatusCode == HttpStatusCode.Unauthorized && !hasToken))
        {
            return new HubException(
                HubProblem.NotFound,
                hasToken
                    ? $"{settings.Endpoint.Host} has no {what} that your token may see ({status}). Check the name; if the model is private, use a token of an account that may read it (HF_TOKEN).{words}"
                    : $"{settings.Endpoint.Host} has no public {what} ({status}). Check the name; if the model is private, make a token at {tokens} and set HF_TOKEN to it.{words}");
        }

        if (response.StatusCode is HttpStatusCode.Unauthorized)
        {
            return new HubException(
                HubProblem.Unauthorized, $"{settings.Endpoint.Host} does not accept the token ({status}): it is wrong or has expired. Make a new one at {tokens} and set HF_TOKEN to it, or unset it for a public model.{words}");
        }

        if (response.StatusCode is HttpStatusCode.Forbidden)
        {
            return new HubException(
                HubProblem.Unauthorized,
                hasToken
                    ? $"{settings.Endpoint.Host} refuses {what} to this token (403). Give it the right to read the model (a fine-grained token names what it may read) at {tokens}, and see {page} for what the model asks for.{words}"
                    : $"{settings.Endpoint.Host} refuses {what} (403). See {page} for what the model asks for; with a token, set HF_TOKEN.{words}");
        }

        return new HubException(HubProblem.Unreachable, $"{settings.Endpoint.Host} answers the request for {what} with {status}, which is not expected. Is HF_ENDPOINT ({settings.Endpoint}) a hub?{words}");
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;

    /// <summary>The server's own words, fit for a terminal.</summary>
    private static string Words(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return string.Empty;
        }

        string plain = string.Concat(text.Where(character => !char.IsControl(character))).Trim();
        return $" The hub says: {(plain.Length > LongestWords ? plain[..LongestWords] + "..." : plain)}";
    }
}
