using System.Net;
using System.Net.Http.Headers;
using MGLMM.Hub.Http;

namespace MGLMM.Hub.Fetching;

/// <summary>
/// Fetches one file in ranges over several connections, goes on where a connection was cut or an earlier run was stopped, and checks the whole.
/// </summary>
/// <param name="client">The hub.</param>
/// <param name="model">The model.</param>
/// <param name="commit">Its commit.</param>
/// <param name="file">The file, with its length.</param>
/// <param name="onBytes">Told of bytes as they come; of a negative number where some are thrown away.</param>
internal sealed class RangedDownload(HubClient client, HubModel model, string commit, HubFile file, Action<long>? onBytes)
{
    /// <summary>What one request asks for: large enough that requests are few, small enough that the connections end together.</summary>
    private const long RangeBytes = 32L << 20;

    private const int BufferBytes = 128 << 10;

    private readonly Lock _lock = new();
    private readonly Queue<Segment> _waiting = [];
    private long _received;

    private string Doing => $"Fetching '{file.Path}' of '{model.Id}'";

    /// <summary>Fetches what is missing and checks the whole; a part that turns out wrong is fetched once more from the start.</summary>
    /// <param name="part">Where it goes.</param>
    /// <param name="onChecked">Told of bytes as they are hashed.</param>
    /// <param name="cancellationToken">Ends it; what is there stays.</param>
    /// <exception cref="HubException">It cannot be fetched, or it is not what the hub announced.</exception>
    public async Task RunAsync(PartFile part, Action<long>? onChecked, CancellationToken cancellationToken)
    {
        for (int attempt = 1; !part.IsVerified; attempt++)
        {
            await FetchAsync(part, 0, part.Length, cancellationToken).ConfigureAwait(false);
            if (file.Hash is null || await ContentHash.MatchesAsync(part.Path, file.Hash, onChecked, cancellationToken).ConfigureAwait(false))
            {
                part.Verified();
                return;
            }

            onBytes?.Invoke(-part.DoneBytes);
            part.Reset();
            if (attempt == 2)
            {
                throw new HubException(
                    HubProblem.Damaged,
                    $"'{file.Path}' of '{model.Id}' came twice with another hash than the hub announces ({file.Hash}), and was thrown away. "
                    + "Something between here and the hub changes it (a proxy, a mirror), or the file on the hub is damaged: try another network or HF_ENDPOINT, or tell the model's owner.");
            }
        }
    }

    /// <summary>Fetches what is missing of a range; all of the file where its server knows no ranges. Nothing is checked yet.</summary>
    /// <param name="part">Where it goes.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="to">The byte behind the last.</param>
    /// <param name="cancellationToken">Ends it; what is there stays.</param>
    /// <exception cref="HubException">It cannot be fetched.</exception>
    public async Task FetchAsync(PartFile part, long from, long to, CancellationToken cancellationToken)
    {
        while (Fill(part, from, to))
        {
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task[] workers = Enumerable.Range(0, Math.Min(client.Settings.Connections, _waiting.Count)).Select(_ => WorkAsync(part, stop)).ToArray();
            try
            {
                await Task.WhenAll(workers).ConfigureAwait(false);
            }
            catch
            {
                cancellationToken.ThrowIfCancellationRequested();
                Exception[] failures = workers.Where(worker => worker.IsFaulted).SelectMany(worker => worker.Exception!.InnerExceptions).ToArray();
                if (failures.OfType<WholeFileException>().FirstOrDefault() is { } whole)
                {
                    foreach (WholeFileException? other in failures.OfType<WholeFileException>().Skip(1))
                    {
                        other.Response?.Dispose();
                    }

                    await TakeWholeAsync(part, whole.Response, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                throw failures.FirstOrDefault(failure => failure is not OperationCanceledException) ?? failures[0];
            }
        }
    }

    /// <summary>Cuts what is missing into pieces, in whole blocks; false if nothing is.</summary>
    private bool Fill(PartFile part, long from, long to)
    {
        lock (_lock)
        {
            _waiting.Clear();
            (long first, long last) = (from / PartFile.BlockBytes * PartFile.BlockBytes, Math.Min(part.Length, (to + PartFile.BlockBytes - 1) / PartFile.BlockBytes * PartFile.BlockBytes));
            foreach ((long start, long end) in part.Missing())
            {
                for (long begin = Math.Max(start, first); begin < Math.Min(end, last); begin += RangeBytes)
                {
                    _waiting.Enqueue(new Segment(begin, Math.Min(Math.Min(end, last), begin + RangeBytes)));
                }
            }

            return _waiting.Count > 0;
        }
    }

    private async Task WorkAsync(PartFile part, CancellationTokenSource stop)
    {
        try
        {
            while (Take() is { } segment)
            {
                await SegmentAsync(part, segment, stop.Token).ConfigureAwait(false);
            }
        }
        catch
        {
            // One connection's end is the end of all: either it cannot go on, or it brings the whole file.
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private Segment? Take()
    {
        lock (_lock)
        {
            return _waiting.TryDequeue(out Segment? segment) ? segment : null;
        }
    }

    private async Task SegmentAsync(PartFile part, Segment segment, CancellationToken cancellationToken)
    {
        while (segment.Position < segment.End)
        {
            try
            {
                await RequestAsync(part, segment, cancellationToken).ConfigureAwait(false);
            }
            catch (TransientException failure)
            {
                await client.Retry.WaitAsync(segment.Fail(Interlocked.Read(ref _received)), failure, Doing, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task RequestAsync(PartFile part, Segment segment, CancellationToken cancellationToken)
    {
        HubResponse response = await client.OpenAsync(model, commit, file.Path, segment.Position, segment.End - 1, cancellationToken).ConfigureAwait(false);
        bool handedOver = false;
        try
        {
            RequireUnchanged(response);
            if (response.Message.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                // It lies within what the hub listed. Either the file is another by now, or the server does not mean it; the whole will show.
                throw new WholeFileException(null);
            }

            if (response.Message.StatusCode == HttpStatusCode.OK)
            {
                // The server knows no ranges. Its answer is the whole file; the other connections are of no use.
                handedOver = true;
                throw new WholeFileException(response);
            }

            ContentRangeHeaderValue? range = response.Message.Content.Headers.ContentRange;
            if (response.Message.StatusCode != HttpStatusCode.PartialContent || (range?.From is { } from && from != segment.Position))
            {
                throw new TransientException(HubProblem.Unreachable, $"The server answers with another range than it was asked for ({(int)response.Message.StatusCode}, {range}).");
            }

            await CopyAsync(part, response, segment, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!handedOver)
            {
                response.Dispose();
            }
        }
    }

    /// <summary>Takes the whole file in one piece, from a server that knows no ranges. Each try begins at the first byte, so bytes that came do not count as progress.</summary>
    private async Task TakeWholeAsync(PartFile part, HubResponse? first, CancellationToken cancellationToken)
    {
        HubResponse? response = first;
        for (int failures = 1; ; failures++)
        {
            response ??= await OpenWholeAsync(cancellationToken).ConfigureAwait(false);
            using (response)
            {
                onBytes?.Invoke(-part.DoneBytes);
                part.Reset();
                Segment segment = new(0, file.Length!.Value);
                try
                {
                    await CopyAsync(part, response, segment, cancellationToken).ConfigureAwait(false);
                    return;
                }
                catch (TransientException failure)
                {
                    onBytes?.Invoke(part.DoneBytes - segment.Position);
                    await client.Retry.WaitAsync(failures, failure, Doing, cancellationToken).ConfigureAwait(false);
                }
            }

            response = null;
        }
    }

    private async Task<HubResponse> OpenWholeAsync(CancellationToken cancellationToken)
    {
        HubResponse response = await client.Retry.RunAsync(token => client.OpenAsync(model, commit, file.Path, 0, null, token), Doing, cancellationToken).ConfigureAwait(false);
        try
        {
            RequireUnchanged(response);
            return response.Message.StatusCode == HttpStatusCode.OK ? response : throw Changed();
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task CopyAsync(PartFile part, HubResponse response, Segment segment, CancellationToken cancellationToken)
    {
        Uri address = response.Message.RequestMessage!.RequestUri!;
        using CancellationTokenSource stall = client.StallTimer();
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stall.Token);
        try
        {
            using Stream body = await response.Message.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
            byte[] buffer = new byte[BufferBytes];
            while (segment.Position < segment.End)
            {
                stall.CancelAfter(client.Settings.StallTimeout);
                int read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, segment.End - segment.Position)), both.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new TransientException(HubProblem.Unreachable, $"{address.Host} cut the connection.");
                }

                await WriteAsync(part, segment.Position, buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                long block = segment.Position / PartFile.BlockBytes * PartFile.BlockBytes;
                segment.Position += read;
                part.Done(block, segment.Position);
                onBytes?.Invoke(read);
                Interlocked.Add(ref _received, read);
            }
        }
        catch (Exception exception) when (exception is not HubException && HubClient.IsConnectionFailure(exception, cancellationToken))
        {
            throw HubClient.Broken(address, exception);
        }
    }

    private static async Task WriteAsync(PartFile part, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await part.WriteAsync(offset, bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            // Not the connection's fault, and no better in a moment.
            throw new HubException(
                HubProblem.NoSpace, $"'{part.Path}' cannot be written: {exception.Message} Make room there, or move the cache with HF_HUB_CACHE, and run the same command again; it goes on from where it stopped.", exception);
        }
    }

    /// <summary>The commit's file is what it was when it was listed, or nothing of it may be mixed.</summary>
    private void RequireUnchanged(HubResponse response)
    {
        HubFacts facts = response.Facts;
        long? length = response.Message.Content.Headers.ContentRange?.Length;
        if ((facts.Hash is not null && file.Hash is not null && facts.Hash.Length == file.Hash.Length && facts.Hash != file.Hash)
            || (length is not null && length != file.Length)
            || (response.Message.StatusCode == HttpStatusCode.OK && response.Message.Content.Headers.ContentLength is { } whole && whole != file.Length))
        {
            throw Changed();
        }
    }

    private HubException Changed() => new(
        HubProblem.Damaged,
        $"'{file.Path}' of '{model.Id}' is not the file that the hub listed ({file.Length} bytes): it was changed meanwhile. Run the same command again; it asks for the list anew and fetches what is different.");

    /// <summary>A range that begins where a block begins, and how far it is.</summary>
    private sealed class Segment(long start, long end)
    {
        private long _receivedBefore = -1;
        private int _failures;

        public long End => end;

        public long Position { get; set; } = start;

        /// <summary>Counts a failure; returns how many there were in a row while no connection received anything.</summary>
        public int Fail(long received)
        {
            _failures = received == _receivedBefore ? _failures + 1 : 1;
            _receivedBefore = received;
            return _failures;
        }
    }

    private sealed class WholeFileException(HubResponse? response) : Exception
    {
        public HubResponse? Response => response;
    }
}
