using System.Net.Http.Headers;
using System.Text.Json;

namespace MGLMM.Samples.Cluster;

/// <summary>What came back: a status and a body, or nothing where the connection was lost.</summary>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
/// <param name="Body">What was said.</param>
internal sealed record Reply(int Status, string Body)
{
    public bool IsGood => Status is >= 200 and < 300;

    /// <summary>Nobody was there, or the connection broke: a caller sees that by itself.</summary>
    public bool IsLost => Status == 0;

    /// <summary>What an error says: its code, where it has words for what is wrong; null where a caller is left without any.</summary>
    public string? Told
    {
        get
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(Body);
                JsonElement error = document.RootElement.TryGetProperty("error", out JsonElement inner) ? inner : document.RootElement;
                string words = (error.TryGetProperty("detail", out JsonElement detail) || error.TryGetProperty("message", out detail) ? detail.GetString() : null) ?? string.Empty;
                return words.Length > 0 && !words.Contains("failed inside", StringComparison.Ordinal) && error.TryGetProperty("code", out JsonElement code) ? $"{Status} {code.GetString()}: {words}" : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}

/// <summary>A caller of gateways: goes to the next one where one does not answer at all.</summary>
internal sealed class GatewayClient(IReadOnlyList<string> gateways, TimeSpan deadline) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = Timeout.InfiniteTimeSpan };
    private int _turn;

    /// <summary>Sends once.</summary>
    /// <exception cref="TimeoutException">There was no answer within the deadline.</exception>
    public async Task<Reply> SendAsync(string? key, HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        string gateway = gateways[(Interlocked.Increment(ref _turn) & int.MaxValue) % gateways.Count];
        using HttpRequestMessage request = new(method, gateway + path) { Content = content };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(deadline);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, patience.Token).ConfigureAwait(false);
            return new Reply((int)response.StatusCode, await response.Content.ReadAsStringAsync(patience.Token).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new Reply(0, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{method} {path} had no answer within {deadline.TotalSeconds:0} s.");
        }
    }

    public void Dispose() => _http.Dispose();
}
