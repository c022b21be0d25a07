using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace MGLMM.Hub.StandIn;

/// <summary>
/// A hub on loopback that speaks the API of the public one, with its answers' headers, and a second host to which it sends readers of large files, as the
/// public one sends them to its store. What goes wrong is decided per request. Written on sockets, because a web server does not cut its own connections.
/// </summary>
internal sealed class StandInHub : IAsyncDisposable
{
    private const int BufferBytes = 64 << 10;

    private readonly TcpListener _hub;
    private readonly TcpListener _store;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<StandInRequest> _requests = [];
    private readonly List<Task> _connections = [];
    private readonly Lock _lock = new();
    private readonly Task[] _serving;
    private long _sentBytes;
    private int _signature;
    private bool _disposed;

    public StandInHub(int port = 0, long? bytesPerSecond = null)
    {
        BytesPerSecond = bytesPerSecond;
        _hub = new TcpListener(IPAddress.Loopback, port);
        _store = new TcpListener(IPAddress.Loopback, 0);
        _hub.Start();
        _store.Start();
        _serving = [ServeAsync(_hub, isStore: false), ServeAsync(_store, isStore: true)];
    }

    /// <summary>What goes into HF_ENDPOINT.</summary>
    public Uri Endpoint => new($"http://127.0.0.1:{((IPEndPoint)_hub.LocalEndpoint).Port}");

    /// <summary>The second host.</summary>
    public Uri Store => new($"http://127.0.0.1:{((IPEndPoint)_store.LocalEndpoint).Port}");

    public Dictionary<string, StandInModel> Models { get; } = new(StringComparer.Ordinal);

    /// <summary>How fast all connections together send; null sends as fast as it can.</summary>
    public long? BytesPerSecond { get; set; }

    /// <summary>What goes wrong with a request; null or nothing for none.</summary>
    public Func<StandInRequest, StandInFault?>? Fault { get; set; }

    /// <summary>Whether descriptions name sizes and hashes, as the public hub's do when they are asked for them.</summary>
    public bool DescribesFiles { get; set; } = true;

    /// <summary>Whether a description lists the files; otherwise only the tree does.</summary>
    public bool ListsSiblings { get; set; } = true;

    /// <summary>Files of one page of a tree.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>Bytes of files' content that were sent.</summary>
    public long SentBytes => Interlocked.Read(ref _sentBytes);

    /// <summary>Every request so far.</summary>
    public IReadOnlyList<StandInRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stopping.CancelAsync();
        _hub.Stop();
        _store.Stop();
        await Task.WhenAll(_serving);
        Task[] connections;
        lock (_lock)
        {
            connections = [.. _connections];
        }

        await Task.WhenAll(connections);
        _stopping.Dispose();
    }

    private async Task ServeAsync(TcpListener listener, bool isStore)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await listener.AcceptTcpClientAsync(_stopping.Token);
                lock (_lock)
                {
                    _connections.RemoveAll(connection => connection.IsCompleted);
                    _connections.Add(ConnectionAsync(client, isStore));
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ConnectionAsync(TcpClient client, bool isStore)
    {
        await Task.Yield();
        using (client)
        {
            try
            {
                // Heads and contents are written one after the other; neither waits for the other's receipt.
                client.NoDelay = true;
                NetworkStream stream = client.GetStream();
                while (await ReadAsync(stream, isStore) is { } request)
                {
                    lock (_lock)
                    {
                        _requests.Add(request);
                    }

                    if (!await AnswerAsync(stream, request))
                    {
                        return;
                    }
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
            {
                // The reader went away, or the test is over.
            }
        }
    }

    private async Task<StandInRequest?> ReadAsync(NetworkStream stream, bool isStore)
    {
        List<byte> head = new();
        byte[] one = new byte[1];
        while (!head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one, _stopping.Token) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        string[] lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] words = lines[0].Split(' ');
        Dictionary<string, string> headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim(), StringComparer.OrdinalIgnoreCase);
        return new StandInRequest(words[0], words[1], headers, isStore);
    }

    private async Task<bool> AnswerAsync(NetworkStream stream, StandInRequest request)
    {
        StandInFault? fault = Fault?.Invoke(request);
        if (fault?.Status is { } status)
        {
            await HeadAsync(stream, status, [.. fault.Headers.Select(header => (header.Key, header.Value)), ("Content-Length", "0")]);
            return true;
        }

        if (request.IsStore)
        {
            return await StoreAsync(stream, request, fault);
        }

        string path = request.Path.Split('?')[0].Trim('/');
        return path.StartsWith("api/models/", StringComparison.Ordinal)
            ? await DescribeAsync(stream, request, path["api/models/".Length..].Split('/'))
            : await ResolveAsync(stream, request, path.Split('/'), fault);
    }

    private async Task<bool> DescribeAsync(NetworkStream stream, StandInRequest request, string[] parts)
    {
        string id = string.Join('/', parts.Take(2));
        string revision = parts.Length > 3 ? Uri.UnescapeDataString(parts[3]) : "main";
        if (await RefuseAsync(stream, request, id, revision) is not { } model)
        {
            return true;
        }

        if (parts.Length > 2 && parts[2] == "tree")
        {
            int cursor = request.Path.Contains("cursor=", StringComparison.Ordinal) ? int.Parse(request.Path[(request.Path.IndexOf("cursor=", StringComparison.Ordinal) + 7)..], CultureInfo.InvariantCulture) : 0;
            object[] entries = model.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Skip(cursor).Take(PageSize).Select(file => (object)(file.Value.IsLarge
                ? new { type = "file", oid = new string('a', 40), size = file.Value.Length, path = file.Key, lfs = new { oid = file.Value.Hash, size = file.Value.Length, pointerSize = 134 } }
                : new { type = "file", oid = file.Value.Hash, size = file.Value.Length, path = file.Key })).ToArray();
            List<(string, string)> more = cursor + PageSize < model.Files.Count
                ? [("Link", $"<{Endpoint}{request.Path.Split('?')[0].TrimStart('/')}?recursive=true&cursor={cursor + PageSize}>; rel=\"next\"")]
                : [];
            await JsonAsync(stream, JsonSerializer.Serialize(entries), more);
            return true;
        }

        bool blobs = DescribesFiles && request.Path.Contains("blobs=true", StringComparison.OrdinalIgnoreCase);
        object[] siblings = model.Files.Select(file => (object)(!blobs
            ? new { rfilename = file.Key }
            : file.Value.IsLarge
                ? new { rfilename = file.Key, size = file.Value.Length, blobId = new string('a', 40), lfs = new { sha256 = file.Value.Hash, size = file.Value.Length, pointerSize = 134 } }
                : new { rfilename = file.Key, size = file.Value.Length, blobId = file.Value.Hash })).ToArray();
        await JsonAsync(stream, JsonSerializer.Serialize(new
        {
            id,
            sha = model.Commit,
            siblings = ListsSiblings ? siblings : [],
            cardData = model.Licence is null ? null : new { license = model.Licence },
        }), []);
        return true;
    }

    private async Task<bool> ResolveAsync(NetworkStream stream, StandInRequest request, string[] parts, StandInFault? fault)
    {
        if (parts.Length < 5 || parts[2] != "resolve")
        {
            await HeadAsync(stream, 404, [("Content-Length", "0")]);
            return true;
        }

        string id = string.Join('/', parts.Take(2));
        if (await RefuseAsync(stream, request, id, Uri.UnescapeDataString(parts[3])) is not { } model)
        {
            return true;
        }

        string path = string.Join('/', parts.Skip(4).Select(Uri.UnescapeDataString));
        if (!model.Files.TryGetValue(path, out StandInFile? file))
        {
            await HeadAsync(stream, 404, [("X-Error-Code", "EntryNotFound"), ("X-Error-Message", "Entry not found"), ("Content-Length", "0")]);
            return true;
        }

        if (!file.IsLarge)
        {
            return await ContentAsync(stream, request, file, fault, [("X-Repo-Commit", model.Commit), ("ETag", $"\"{file.Hash}\"")]);
        }

        await HeadAsync(stream, 302,
        [
            ("Location", $"{Store}{id}/{path}?signature={Interlocked.Increment(ref _signature)}"),
            ("X-Repo-Commit", model.Commit),
            ("X-Linked-Etag", $"\"{file.Hash}\""),
            ("X-Linked-Size", file.Length.ToString(CultureInfo.InvariantCulture)),
            ("ETag", $"\"{file.Hash[..32]}\""),
            ("Content-Length", "0"),
        ]);
        return true;
    }

    private async Task<bool> StoreAsync(NetworkStream stream, StandInRequest request, StandInFault? fault)
    {
        string[] parts = request.Path.Split('?')[0].Trim('/').Split('/');
        StandInFile file = Models[string.Join('/', parts.Take(2))].Files[string.Join('/', parts.Skip(2))];
        return await ContentAsync(stream, request, file, fault, [("ETag", "\"store\""), ("Accept-Ranges", "bytes")]);
    }

    private async Task<bool> ContentAsync(NetworkStream stream, StandInRequest request, StandInFile file, StandInFault? fault, List<(string, string)> headers)
    {
        bool ranged = request.From is not null && fault?.IgnoresRange != true;
        (long from, long to) = ranged ? (request.From!.Value, Math.Min(request.To ?? long.MaxValue, file.Length - 1)) : (0, file.Length - 1);
        if (ranged && from >= file.Length)
        {
            await HeadAsync(stream, 416, [("Content-Range", $"bytes */{file.Length}"), ("Content-Length", "0")]);
            return true;
        }

        headers.Add(("Content-Length", (to - from + 1).ToString(CultureInfo.InvariantCulture)));
        if (ranged)
        {
            headers.Add(("Content-Range", $"bytes {from}-{to}/{file.Length}"));
        }

        await HeadAsync(stream, ranged ? 206 : 200, headers);
        if (request.Method == "HEAD")
        {
            return true;
        }

        using FileStream content = new(file.Source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        content.Position = from;
        byte[] buffer = new byte[BufferBytes];
        for (long sent = 0L; sent <= to - from;)
        {
            long limit = Math.Min(fault?.CutAfter ?? long.MaxValue, fault?.StallAfter ?? long.MaxValue) - sent;
            int count = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, Math.Min(limit, to - from + 1 - sent))), _stopping.Token);
            if (fault?.Flips == true && sent == 0 && count > 0)
            {
                buffer[count / 2] ^= 1;
            }

            if (count > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, count), _stopping.Token);
                sent += count;
                Interlocked.Add(ref _sentBytes, count);
                if (BytesPerSecond is { } rate)
                {
                    await Task.Delay(TimeSpan.FromSeconds((double)count / rate), _stopping.Token);
                }
            }

            if (sent == fault?.StallAfter)
            {
                await Task.Delay(Timeout.Infinite, _stopping.Token);
            }

            if (sent == fault?.CutAfter && sent <= to - from)
            {
                if (fault.Resets)
                {
                    stream.Socket.LingerState = new LingerOption(true, 0);
                }

                return false;
            }
        }

        return true;
    }

    /// <summary>The model, where this reader may have it; else the refusal is sent.</summary>
    private async Task<StandInModel?> RefuseAsync(NetworkStream stream, StandInRequest request, string id, string revision)
    {
        StandInModel? model = Models.GetValueOrDefault(id);
        string? token = request.Header("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header[7..] : null;
        if (model is null || (model.IsPrivate && token != model.AcceptedToken))
        {
            await HeadAsync(stream, token is null ? 401 : 404, [("X-Error-Code", "RepoNotFound"), ("X-Error-Message", "Repository not found"), ("Content-Length", "0")]);
            return null;
        }

        if (model.IsGated && token != model.AcceptedToken && request.Path.Contains("/resolve/", StringComparison.Ordinal))
        {
            await HeadAsync(stream, token is null ? 401 : 403, [("X-Error-Code", "GatedRepo"), ("X-Error-Message", $"Access to model {id} is restricted."), ("Content-Length", "0")]);
            return null;
        }

        if (revision != model.Commit && !model.Revisions.Contains(revision))
        {
            await HeadAsync(stream, 404, [("X-Error-Code", "RevisionNotFound"), ("X-Error-Message", $"Invalid rev id: {revision}"), ("Content-Length", "0")]);
            return null;
        }

        return model;
    }

    private async Task JsonAsync(NetworkStream stream, string json, List<(string Name, string Value)> headers)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        await HeadAsync(stream, 200, [.. headers, ("Content-Type", "application/json; charset=utf-8"), ("Content-Length", bytes.Length.ToString(CultureInfo.InvariantCulture))]);
        await stream.WriteAsync(bytes, _stopping.Token);
    }

    private async Task HeadAsync(NetworkStream stream, int status, IReadOnlyList<(string Name, string Value)> headers)
    {
        StringBuilder text = new($"HTTP/1.1 {status} {(HttpStatusCode)status}\r\n");
        foreach ((string name, string value) in headers)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(text.Append("\r\n").ToString()), _stopping.Token);
    }
}
