using System.Net;
using MGLMM.Hub.Http;

namespace MGLMM.Hub.Pulling;

/// <summary>
/// Reads the header of a file that is still on the hub, by ranges: all names and shapes of a checkpoint are checked before its gigabytes are fetched.
/// Remembers what it read. Not thread-safe.
/// </summary>
/// <param name="client">The hub.</param>
/// <param name="model">The model.</param>
/// <param name="commit">Its commit.</param>
/// <param name="file">The file, with its length.</param>
/// <param name="fetchWhole">Fetches the file where its server knows no ranges; gives its place.</param>
/// <param name="cancellationToken">Ends reads.</param>
internal sealed class RemoteHeader(HubClient client, HubModel model, string commit, HubFile file, Func<string> fetchWhole, CancellationToken cancellationToken)
{
    /// <summary>Headers lie at the beginning or at the end; one request of this size brings most of one.</summary>
    private const int ReadAhead = 512 << 10;

    private readonly List<(long Offset, byte[] Bytes)> _known = [];
    private string? _whole;

    /// <summary>Fills <paramref name="destination"/> from the file.</summary>
    public void Read(long offset, Span<byte> destination)
    {
        if (_whole is null && TryFind(offset, destination))
        {
            return;
        }

        if (_whole is null)
        {
            var length = file.Length!.Value;
            var start = Math.Max(0, Math.Min(offset, length - ReadAhead));
            var end = Math.Min(length, Math.Max(offset + destination.Length, start + ReadAhead));
            if (FetchAsync(start, end).GetAwaiter().GetResult() is { } bytes)
            {
                _known.Add((start, bytes));
                TryFind(offset, destination);
                return;
            }

            _whole = fetchWhole();
        }

        using var handle = File.OpenHandle(_whole, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        for (var done = 0; done < destination.Length;)
        {
            var read = RandomAccess.Read(handle, destination[done..], offset + done);
            done += read > 0 ? read : throw new IOException($"'{file.Path}' is shorter than it should be.");
        }
    }

    /// <summary>Whether the file that came begins and ends as it was read.</summary>
    public bool Matches(string path)
    {
        using var handle = File.OpenHandle(path);
        foreach (var (offset, bytes) in _known)
        {
            var actual = new byte[bytes.Length];
            for (var done = 0; done < actual.Length;)
            {
                var read = RandomAccess.Read(handle, actual.AsSpan(done), offset + done);
                if (read == 0)
                {
                    return false;
                }

                done += read;
            }

            if (!actual.AsSpan().SequenceEqual(bytes))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryFind(long offset, Span<byte> destination)
    {
        foreach (var (start, bytes) in _known)
        {
            if (offset >= start && offset + destination.Length <= start + bytes.Length)
            {
                bytes.AsSpan((int)(offset - start), destination.Length).CopyTo(destination);
                return true;
            }
        }

        return false;
    }

    /// <summary>Bytes of the file; null where the server knows no ranges.</summary>
    private Task<byte[]?> FetchAsync(long start, long end) => client.Retry.RunAsync(
        async token =>
        {
            // Asked for as a range in any case, the whole of a small file too.
            using var response = await client.OpenAsync(model, commit, file.Path, start, end - 1, token).ConfigureAwait(false);
            var total = response.Message.Content.Headers.ContentRange?.Length;
            if (response.Message.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable || (total is not null && total != file.Length))
            {
                throw new HubException(
                    HubProblem.Damaged, $"'{file.Path}' of '{model.Id}' is not the file that the hub listed: it was changed meanwhile. Run the same command again.");
            }

            if (response.Message.StatusCode != HttpStatusCode.PartialContent || response.Message.Content.Headers.ContentRange?.From is { } from && from != start)
            {
                return null;
            }

            using var timer = client.StallTimer();
            using var both = CancellationTokenSource.CreateLinkedTokenSource(token, timer.Token);
            try
            {
                var bytes = new byte[end - start];
                var stream = await response.Message.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
                await using (stream.ConfigureAwait(false))
                {
                    await stream.ReadExactlyAsync(bytes, both.Token).ConfigureAwait(false);
                }

                return bytes;
            }
            catch (Exception exception) when (HubClient.IsConnectionFailure(exception, token))
            {
                throw HubClient.Broken(response.Message.RequestMessage!.RequestUri!, exception);
            }
        },
        $"Reading the header of '{file.Path}' of '{model.Id}'",
        cancellationToken);
}
