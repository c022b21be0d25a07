using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace MGLMM.Cli.Tests;

/// <summary>A chat model on loopback that speaks the API of OpenAI's, as far as it is needed: every reply is what a test says.</summary>
internal sealed class StandInChat : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<int, string?> _reply;
    private readonly Task _serving;
    private int _asked;

    /// <param name="reply">What is said to the request of a number from 1; null says nothing, ever.</param>
    public StandInChat(Func<int, string?> reply)
    {
        _reply = reply;
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>What the tool finds it by.</summary>
    public (string Name, string Value)[] Variables => [("OPENAI_BASE_URL", $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1"), ("OPENAI_MODEL", "stand-in")];

    /// <summary>How often it was asked.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Done once somebody waits for a reply that does not come.</summary>
    public Task Waiting => _waiting.Task;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _serving;
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        List<Task> connections = new();
        try
        {
            while (true)
            {
                connections.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using TcpClient connection = client;
        try
        {
            await using NetworkStream stream = connection.GetStream();
            using StreamReader reader = new(stream, Encoding.Latin1);
            while (await reader.ReadLineAsync(_stopping.Token) is { Length: > 0 })
            {
                int length = 0;
                while (await reader.ReadLineAsync(_stopping.Token) is { Length: > 0 } header)
                {
                    length = header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase) ? int.Parse(header["Content-Length:".Length..], System.Globalization.CultureInfo.InvariantCulture) : length;
                }

                char[] body = new char[length];
                await reader.ReadBlockAsync(body, _stopping.Token);
                if (_reply(Interlocked.Increment(ref _asked)) is not { } said)
                {
                    _waiting.TrySetResult();
                    await Task.Delay(Timeout.Infinite, _stopping.Token);
                    return;
                }

                byte[] json = JsonSerializer.SerializeToUtf8Bytes(new
                {
                    id = "1",
                    @object = "chat.completion",
                    created = 1,
                    model = "stand-in",
                    choices = new[] { new { index = 0, message = new { role = "assistant", content = said }, finish_reason = "stop" } },
                });
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n"), _stopping.Token);
                await stream.WriteAsync(json, _stopping.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Whoever asked has gone, or the test is over.
        }
    }
}
