using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace MGLMM.SemanticKernel.Tests.Loopback;

/// <summary>
/// A chat endpoint that speaks OpenAI's chat-completions protocol over a real socket, streamed or not. A brain answers; the server refuses,
/// as the real endpoint does, what breaks the protocol's rules.
/// </summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<ChatRequest, ChatReply> _brain;
    private readonly bool _keepsToSchemas;
    private readonly List<ChatRequest> _requests = [];
    private readonly Task _serving;
    private int _callNumber;

    public LoopbackServer(Func<ChatRequest, ChatReply> brain, bool keepsToSchemas = true)
    {
        _brain = brain;
        _keepsToSchemas = keepsToSchemas;
        _listener.Start();
        Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");
        _serving = ServeAsync();
    }

    public Uri Endpoint { get; }

    /// <summary>Every request so far.</summary>
    public IReadOnlyList<ChatRequest> Requests => _requests;

    /// <summary>What went wrong inside the brain or with the protocol; the client is only told that something did.</summary>
    public Exception? Fault { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _serving;
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                await AnswerAsync(client.GetStream(), _stopping.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException || _stopping.IsCancellationRequested)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        string body = await ReadBodyAsync(stream, cancellationToken);
        string type = "application/json", status = "200 OK", content;
        try
        {
            ChatRequest request = new(body);
            _requests.Add(request);
            ProtocolRules.Check(request, _keepsToSchemas);
            ChatReply reply = _brain(request);
            type = request.Stream ? "text/event-stream" : type;
            content = request.Stream ? Streamed(request, reply) : Whole(request, reply);
        }
        catch (Exception exception)
        {
            // A bad request, which clients do not try again.
            Fault ??= exception;
            status = "400 Bad Request";
            content = JsonSerializer.Serialize(new { error = new { message = exception.Message, type = "invalid_request_error" } });
        }

        byte[] bytes = Encoding.UTF8.GetBytes(content);
        string head = string.Create(
            CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
        await stream.WriteAsync(bytes, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    private static async Task<string> ReadBodyAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        List<byte> received = new();
        byte[] buffer = new byte[16 * 1024];
        int bodyStart = -1;
        int length = 0;
        while (bodyStart < 0 || received.Count < bodyStart + length)
        {
            int read = await stream.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                throw new IOException("The request ended early.");
            }

            received.AddRange(buffer.AsSpan(0, read));
            if (bodyStart < 0)
            {
                int end = received.ToArray().AsSpan().IndexOf("\r\n\r\n"u8);
                if (end >= 0)
                {
                    bodyStart = end + 4;
                    string head = Encoding.ASCII.GetString(received.ToArray(), 0, end);
                    string header = head.Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
                    length = int.Parse(header.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture);
                }
            }
        }

        return Encoding.UTF8.GetString(received.ToArray(), bodyStart, length);
    }

    private string Whole(ChatRequest request, ChatReply reply) => JsonSerializer.Serialize(new
    {
        id = "chatcmpl-1",
        @object = "chat.completion",
        created = 1_700_000_000,
        model = "loopback",
        choices = new object[]
        {
            new
            {
                index = 0,
                message = reply.Calls.Count == 0
                    ? (object)new { role = "assistant", content = reply.Text, refusal = (string?)null }
                    : new { role = "assistant", content = reply.Text, refusal = (string?)null, tool_calls = reply.Calls.Select(call => Call(request, call)) },
                finish_reason = reply.Calls.Count == 0 ? "stop" : "tool_calls",
                logprobs = (object?)null,
            },
        },
        usage = new { prompt_tokens = 1, completion_tokens = 1, total_tokens = 2 },
    });

    private object Call(ChatRequest request, ChatCall call) => new
    {
        id = $"call_{Interlocked.Increment(ref _callNumber)}",
        type = "function",
        function = new { name = request.NameOnTheWire(call.Function), arguments = call.Arguments },
    };

    private string Streamed(ChatRequest request, ChatReply reply)
    {
        StringBuilder events = new();
        Send(new { role = "assistant", content = (string?)(reply.Calls.Count == 0 ? string.Empty : null) });
        foreach (char[] piece in (reply.Text ?? string.Empty).Chunk(7))
        {
            Send(new { content = new string(piece) });
        }

        for (int index = 0; index < reply.Calls.Count; index++)
        {
            ChatCall call = reply.Calls[index];
            Send(new { tool_calls = new[] { new { index, id = $"call_{Interlocked.Increment(ref _callNumber)}", type = "function", function = new { name = request.NameOnTheWire(call.Function), arguments = string.Empty } } } });
            foreach (char[] piece in call.Arguments.Chunk(5))
            {
                Send(new { tool_calls = new[] { new { index, function = new { arguments = new string(piece) } } } });
            }
        }

        Send(new { }, reply.Calls.Count == 0 ? "stop" : "tool_calls");
        return events.Append("data: [DONE]\n\n").ToString();

        void Send(object delta, string? finish = null) => events.Append("data: ").Append(JsonSerializer.Serialize(new
        {
            id = "chatcmpl-1",
            @object = "chat.completion.chunk",
            created = 1_700_000_000,
            model = "loopback",
            choices = new object[] { new { index = 0, delta, finish_reason = finish } },
        })).Append("\n\n");
    }
}
