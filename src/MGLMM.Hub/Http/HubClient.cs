using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace MGLMM.Hub.Http;

/// <summary>
/// Speaks a hub's HTTP API. Redirects are followed by hand, so that the token goes to the hub's own address and to no other. Thread-safe.
/// </summary>
internal sealed class HubClient : IDisposable
{
    private const int MostRedirects = 10;

    private const int MostPages = 1000;

    private const long LongestListing = 64 << 20;

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly string _base;

    public HubClient(HubSettings settings, TimeProvider time, RetryPolicy retry)
    {
        Settings = settings;
        Retry = retry;
        _time = time;
        _base = settings.Endpoint.AbsoluteUri.TrimEnd('/');
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = settings.AnswerTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            // Each request has limits of its own.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public HubSettings Settings { get; }

    public RetryPolicy Retry { get; }

    /// <summary>Resolves a revision to its commit and lists the files of it.</summary>
    /// <exception cref="HubException">There is none, or it may not be read.</exception>
    public async Task<HubRepository> ListAsync(HubModel model, CancellationToken cancellationToken)
    {
        string revision = Uri.EscapeDataString(model.RevisionOrDefault);
        using HubJson document = await JsonAsync(new Uri($"{_base}/api/models/{model.Id}/revision/{revision}?blobs=true"), model, cancellationToken).ConfigureAwait(false);
        JsonElement root = document.Document.RootElement;
        string? commit = HubListing.Text(root, "sha") ?? document.Facts.Commit;
        List<HubFile> files = HubListing.Siblings(root);
        if (files.Count == 0 || files.Any(file => file.Length is null || file.Hash is null))
        {
            files = HubListing.Merge(files, await TreeAsync(model, commit ?? model.RevisionOrDefault, required: files.Count == 0, cancellationToken).ConfigureAwait(false));
        }

        if (commit is null)
        {
            // A hub that does not say is asked by a file.
            HubFacts facts = await DescribeAsync(model, model.RevisionOrDefault, "config.json", cancellationToken).ConfigureAwait(false);
            commit = facts.Commit ?? throw new HubException(
                HubProblem.Unreachable, $"{Settings.Endpoint.Host} does not say which commit '{model.RevisionOrDefault}' of '{model.Id}' is. Give the commit itself: {model.Id}@<commit>.");
        }

        return new HubRepository(model.Id, commit, files, HubListing.Licence(root));
    }

    /// <summary>What the hub says of a file, without its content.</summary>
    public async Task<HubFacts> DescribeAsync(HubModel model, string commit, string path, CancellationToken cancellationToken)
    {
        Uri uri = FileAddress(model.Id, commit, path);
        return await Retry.RunAsync(
            async token =>
            {
                using HubResponse response = await SendAsync(HttpMethod.Head, uri, range: null, staysAtHub: true, token).ConfigureAwait(false);
                if (response.Message.StatusCode is not (HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented))
                {
                    RequireSuccess(response, uri, model, path);
                    return response.Facts;
                }

                using HubResponse first = await SendAsync(HttpMethod.Get, uri, new RangeHeaderValue(0, 0), staysAtHub: true, token).ConfigureAwait(false);
                RequireSuccess(first, uri, model, path);
                return first.Facts;
            },
            $"Asking about '{path}' of '{model.Id}'",
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins to fetch a file or a range of it. One try.</summary>
    /// <param name="model">The model.</param>
    /// <param name="commit">Its commit.</param>
    /// <param name="path">The file.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="to">The last byte; null for the end. With 0 as the first the whole file is asked for without a range.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="TransientException">It may go better in a moment.</exception>
    /// <exception cref="HubException">The hub refuses.</exception>
    public async Task<HubResponse> OpenAsync(HubModel model, string commit, string path, long from, long? to, CancellationToken cancellationToken)
    {
        Uri uri = FileAddress(model.Id, commit, path);
        HubResponse response = await SendAsync(
            HttpMethod.Get, uri, from == 0 && to is null ? null : new RangeHeaderValue(from, to), staysAtHub: false, cancellationToken).ConfigureAwait(false);
        try
        {
            if (response.Message.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                return response;
            }

            if (!response.IsHub && !response.Message.IsSuccessStatusCode && !HubErrors.IsTransient(response.Message.StatusCode))
            {
                // An address that the hub signed works for a while only; the next try asks the hub for a new one.
                throw new TransientException(
                    HubProblem.Unreachable,
                    $"{response.Message.RequestMessage!.RequestUri!.Host}, to which the hub sent us for '{path}', refuses ({(int)response.Message.StatusCode}); signed addresses expire.",
                    TimeSpan.Zero);
            }

            RequireSuccess(response, uri, model, path);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>A token that is cancelled when a body has brought nothing for too long; to be armed again at each piece.</summary>
    public CancellationTokenSource StallTimer() => new(Settings.StallTimeout, _time);

    public void Dispose() => _http.Dispose();

    private Uri FileAddress(string id, string commit, string path) =>
        new($"{_base}/{id}/resolve/{Uri.EscapeDataString(commit)}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    private async Task<List<HubFile>> TreeAsync(HubModel model, string revision, bool required, CancellationToken cancellationToken)
    {
        List<HubFile> files = new();
        Uri? next = new($"{_base}/api/models/{model.Id}/tree/{Uri.EscapeDataString(revision)}?recursive=true");
        for (int page = 0; next is not null && page < MostPages; page++)
        {
            try
            {
                using HubJson document = await JsonAsync(next, model, cancellationToken).ConfigureAwait(false);
                files.AddRange(HubListing.Tree(document.Document.RootElement));
                next = document.Next is { } link && IsHub(link) ? link : null;
            }
            catch (HubException) when (!required)
            {
                // The names are known already; each file will be asked about.
                return files;
            }
        }

        return files;
    }

    private async Task<HubJson> JsonAsync(Uri uri, HubModel model, CancellationToken cancellationToken) => await Retry.RunAsync(
        async token =>
        {
            using HubResponse response = await SendAsync(HttpMethod.Get, uri, range: null, staysAtHub: false, token).ConfigureAwait(false);
            RequireSuccess(response, uri, model, path: null);
            try
            {
                using CancellationTokenSource timer = StallTimer();
                using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(token, timer.Token);
                await response.Message.Content.LoadIntoBufferAsync(LongestListing, both.Token).ConfigureAwait(false);
                using Stream stream = await response.Message.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
                return new HubJson(await JsonDocument.ParseAsync(stream, cancellationToken: both.Token).ConfigureAwait(false), response.Facts, HubListing.NextPage(response.Message, uri));
            }
            catch (JsonException exception)
            {
                throw new HubException(HubProblem.Unreachable, $"{uri.Host} answers with something that is no JSON. Is HF_ENDPOINT ({Settings.Endpoint}) a hub?", exception);
            }
            catch (Exception exception) when (IsConnectionFailure(exception, token))
            {
                throw Broken(uri, exception);
            }
        },
        $"Asking {uri.Host} about '{model.Id}'",
        cancellationToken).ConfigureAwait(false);

    private void RequireSuccess(HubResponse response, Uri uri, HubModel model, string? path)
    {
        HttpStatusCode status = response.Message.StatusCode;
        if (HubErrors.IsTransient(status))
        {
            throw HubErrors.Transient(response.Message, response.Message.RequestMessage?.RequestUri ?? uri, _time);
        }

        // A redirect is left where the reader is to stay at the hub.
        if (!response.Message.IsSuccessStatusCode && (int)status is < 300 or >= 400)
        {
            throw HubErrors.Refusal(response.Message, model, path, Settings);
        }
    }

    private async Task<HubResponse> SendAsync(HttpMethod method, Uri uri, RangeHeaderValue? range, bool staysAtHub, CancellationToken cancellationToken)
    {
        HubFacts facts = default(HubFacts);
        for (int redirects = 0; ; redirects++)
        {
            HttpResponseMessage response = await SendOnceAsync(method, uri, range, cancellationToken).ConfigureAwait(false);
            bool isHub = IsHub(uri);
            if (isHub)
            {
                facts = facts.With(response);
            }

            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return new HubResponse(response, facts, isHub);
            }

            Uri target = new(uri, location);
            if (staysAtHub && !IsHub(target))
            {
                return new HubResponse(response, facts, isHub);
            }

            response.Dispose();
            if (redirects == MostRedirects)
            {
                throw new HubException(HubProblem.Unreachable, $"{Settings.Endpoint.Host} sends the reader round in a circle. Is HF_ENDPOINT ({Settings.Endpoint}) a hub?");
            }

            if (target.Scheme is not ("http" or "https") || (uri.Scheme == "https" && target.Scheme == "http"))
            {
                throw new HubException(HubProblem.Unreachable, $"{uri.Host} sends the reader to an address that is not secure ({target.Scheme}://{target.Host}); it is not followed.");
            }

            uri = target;
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, Uri uri, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, uri);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("mglmm", typeof(HubClient).Assembly.GetName().Version?.ToString(3) ?? "0"));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        request.Headers.Range = range;
        if (Settings.Token is { } token && IsHub(uri))
        {
            try
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }
            catch (FormatException exception)
            {
                throw new HubException(HubProblem.Unauthorized, "The token holds characters that no token has. Set HF_TOKEN to the token alone.", exception);
            }
        }

        using CancellationTokenSource timer = new(Settings.AnswerTimeout, _time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsConnectionFailure(exception, cancellationToken))
        {
            throw Broken(uri, exception);
        }
    }

    /// <summary>Whether a connection failed, rather than that its user gave up.</summary>
    public static bool IsConnectionFailure(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>A connection's failure as one that is worth another try.</summary>
    public static TransientException Broken(Uri uri, Exception exception)
    {
        string why = exception switch
        {
            OperationCanceledException => "it does not answer in time",
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name is not known (is there a connection?)",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => $"the secure connection fails ({exception.InnerException?.Message ?? exception.Message})",
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => exception.InnerException?.Message ?? exception.Message,
            HttpIOException or HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection was cut",
            _ => exception.Message,
        };
        return new TransientException(HubProblem.Unreachable, $"{uri.Host} cannot be read: {why}.", cause: exception);
    }

    private bool IsHub(Uri uri) =>
        Uri.Compare(uri, Settings.Endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private sealed record HubJson(JsonDocument Document, HubFacts Facts, Uri? Next) : IDisposable
    {
        public void Dispose() => Document.Dispose();
    }
}
