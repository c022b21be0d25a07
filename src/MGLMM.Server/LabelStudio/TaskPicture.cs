using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;

namespace MGLMM.Server.LabelStudio;

/// <summary>
/// Brings a task's picture here: a data URI, or an address of the Label Studio that <c>LABEL_STUDIO_URL</c> names, with the key of
/// <c>LABEL_STUDIO_API_KEY</c>. Tasks have their pictures' addresses relative to it (<c>/data/upload/...</c>). No other host is asked.
/// </summary>
internal sealed class TaskPicture : IDisposable
{
    private const string UrlVariable = "LABEL_STUDIO_URL";
    private const string KeyVariable = "LABEL_STUDIO_API_KEY";

    /// <summary>How long nothing of it may come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How long it may take as a whole.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly Uri? _studio;
    private readonly string? _key;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    public TaskPicture(IConfiguration configuration, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _studio = configuration[UrlVariable] is { Length: > 0 } url
            ? Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out global::System.Uri? studio) && studio.Scheme is "http" or "https"
                ? studio
                : throw new ArgumentException($"{UrlVariable} is '{url}'; give the address of a Label Studio, such as http://localhost:8080.")
            : null;
        _key = configuration[KeyVariable];

        // A redirect could lead anywhere, with the key. The client's own time would end with the headers.
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>A picture's bytes.</summary>
    /// <param name="address">As the task gives it.</param>
    /// <param name="maximumBytes">Bytes at most.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="ArgumentException">The address leads elsewhere, or there is no picture.</exception>
    public async Task<byte[]> ReadAsync(string address, long maximumBytes, CancellationToken cancellationToken)
    {
        if (address.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase) && address.IndexOf(";base64,", StringComparison.OrdinalIgnoreCase) is > 0 and var at)
        {
            byte[] bytes = new byte[address.Length - at];
            return Convert.TryFromBase64Chars(address.AsSpan(at + ";base64,".Length), bytes, out int length)
                ? bytes[..length]
                : throw new ArgumentException("The task's picture is a data URI that cannot be read.");
        }

        if (_studio is null)
        {
            throw new ArgumentException($"The task's picture lies in Label Studio; set {UrlVariable} and {KeyVariable} for this server, so that it can be read.");
        }

        if (!Uri.TryCreate(_studio, address, out Uri? full)
            || full.Scheme != _studio.Scheme || !full.Authority.Equals(_studio.Authority, StringComparison.OrdinalIgnoreCase) || full.UserInfo.Length > 0)
        {
            throw new ArgumentException($"The task's picture lies on another host than {UrlVariable} names; only that one is asked.");
        }

        using HttpRequestMessage request = new(HttpMethod.Get, full);
        if (!string.IsNullOrEmpty(_key))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Token", _key);
        }

        using CancellationTokenSource patience = new(Patience, _time);
        using CancellationTokenSource longest = new(Longest, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, longest.Token, cancellationToken);
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw new ArgumentException($"Label Studio gave status {(int)response.StatusCode} instead of the task's picture; check {KeyVariable}.");
            }

            return await ReadAsync(response.Content, maximumBytes, () => patience.CancelAfter(Patience), either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            string why = longest.IsCancellationRequested ? $"had not sent all of it after {Longest.TotalSeconds} s"
                : patience.IsCancellationRequested ? $"sent nothing of it for {Patience.TotalSeconds} s"
                : "could not be reached, or did not send it whole";
            throw new ArgumentException($"The task's picture could not be read: Label Studio {why}.", exception);
        }
    }

    public void Dispose() => _client.Dispose();

    private static async Task<byte[]> ReadAsync(HttpContent content, long maximumBytes, Action goesOn, CancellationToken cancellationToken)
    {
        using MemoryStream bytes = new();
        await using Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        byte[] buffer = new byte[1 << 16];
        for (goesOn(); await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read; goesOn())
        {
            if (bytes.Length + read > maximumBytes)
            {
                throw new ArgumentException($"The task's picture has more than {maximumBytes:N0} bytes.");
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}
