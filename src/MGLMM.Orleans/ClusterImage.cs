using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using MGLMM.Imaging;
using MGLMM.Orleans.Pictures;
using MGLMM.Orleans.Workers;
using Orleans;

namespace MGLMM.Orleans;

/// <summary>A picture that is asked on the cluster. Its pixels travel when a worker says that it lacks them.</summary>
internal sealed class ClusterImage(ClusterModel model, RgbImage image) : IOpenedImage
{
    /// <summary>Bytes of a picture's file in one message.</summary>
    private const int PieceBytes = 512 << 10;

    /// <summary>Workers that may send a question on because they are crowded; the next one takes it.</summary>
    internal const int MovesOfCrowded = 2;

    /// <summary>Workers that may say that they are leaving before it is waited.</summary>
    private const int MovesAtOnce = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    // Encoded at most once at a time, and forgotten when memory is short.
    private readonly Lock _gate = new();
    private WeakReference<byte[]>? _file;

    public int Width => image.Width;

    public int Height => image.Height;

    public async Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default)
    {
        GroundedAnswer? answer = null;
        await foreach (AnswerPiece piece in StreamAsync(instruction, options, cancellationToken).ConfigureAwait(false))
        {
            answer = (piece as CompletedPiece)?.Answer ?? answer;
        }

        return answer ?? throw new ModelUnavailableException("The worker ended without an answer.");
    }

    public async IAsyncEnumerable<AnswerPiece> StreamAsync(
        string instruction, AskOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(instruction);
        options ??= AskOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Deadline ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(options));

        // It holds whatever becomes of the worker.
        using CancellationTokenSource? late = options.Deadline is { } deadline ? new CancellationTokenSource(deadline, model.Time) : null;
        using CancellationTokenSource? either = late is null ? null : CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        IAsyncEnumerator<AnswerPiece> pieces = ReadAsync(instruction, options, prepares: false, either?.Token ?? cancellationToken).GetAsyncEnumerator(CancellationToken.None);
        await using (pieces.ConfigureAwait(false))
        {
            while (await NextAsync().ConfigureAwait(false))
            {
                yield return pieces.Current;
            }
        }

        async ValueTask<bool> NextAsync()
        {
            try
            {
                return await pieces.MoveNextAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (late is { IsCancellationRequested: true } && !cancellationToken.IsCancellationRequested)
            {
                throw new AnswerDeadlineException(options.Deadline!.Value);
            }
        }
    }

    /// <summary>Has the worker that has the picture, or gets it, prepare it; the question that comes finds it there.</summary>
    public async Task PrepareAsync(AskOptions? options = null, CancellationToken cancellationToken = default)
    {
        await foreach (AnswerPiece _ in ReadAsync(string.Empty, (options ?? AskOptions.Default) with { Deadline = null }, prepares: true, cancellationToken).ConfigureAwait(false))
        {
        }
    }

    private async IAsyncEnumerable<AnswerPiece> ReadAsync(string instruction, AskOptions options, bool prepares, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long begun = model.Time.GetTimestamp();
        using ClusterModel.Question counted = model.BeginQuestion(image.ContentHash);
        int copy = counted.Copy;
        StringBuilder told = new();
        int moves = 0;
        for (TimeSpan pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            IPictureGrain grain = model.Grains.GetGrain<IPictureGrain>(new PictureKey(model.Id, copy, image.ContentHash).ToString());
            TimeSpan left = model.Options.AnswerTime - model.Time.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero)
            {
                throw new ModelUnavailableException($"The cluster gave no answer within {model.Options.AnswerTime.TotalSeconds:0} s. Try again later.");
            }

            StringBuilder heard = new();
            AskOptions asked = options.Deadline is { } deadline ? options with { Deadline = Longest(deadline - model.Time.GetElapsedTime(begun), TimeSpan.FromMilliseconds(1)) } : options;
            string written = JsonSerializer.Serialize(asked, typeof(AskOptions), GroundingJson.Options);
            Reading reading = new(grain.AskAsync(new PictureQuestion(instruction, written, left, options.Progress is not null) { MovesAfter = moves < MovesOfCrowded ? model.Options.HotAfter : null, Prepares = prepares }, cancellationToken), cancellationToken);
            await using (reading.ConfigureAwait(false))
            {
                while (await reading.NextAsync().ConfigureAwait(false) is { } chunk)
                {
                    switch (chunk.Kind)
                    {
                        case ChunkKind.Text:
                            if (NewText(told, heard, chunk.Text!) is { Length: > 0 } text)
                            {
                                yield return new TextPiece(text);
                            }

                            break;
                        case ChunkKind.Progress:
                            options.Progress?.Report(chunk.ToProgress());
                            break;
                        case ChunkKind.Answer:
                            yield return new CompletedPiece(chunk.ToAnswer());
                            yield break;
                        case ChunkKind.Prepared:
                            yield break;
                        case ChunkKind.Fault:
                            throw chunk.Fault!.ToException();
                        case ChunkKind.NeedsPixels:
                            reading.Pause = await SendAsync(grain, cancellationToken).ConfigureAwait(false) ? TimeSpan.Zero : pause;
                            break;
                        default:
                            // Another copy of the picture is placed where there is time for it.
                            copy++;
                            reading.Pause = TimeSpan.Zero;
                            moves++;
                            break;
                    }
                }
            }

            // Where all workers are leaving, there is time to wait for the next one.
            await Task.Delay(moves > MovesAtOnce ? pause : reading.Pause ?? pause, model.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>What of a piece was not told yet: an answer that had to be begun again says the same from the start.</summary>
    private static string NewText(StringBuilder told, StringBuilder heard, string piece)
    {
        int before = heard.Length;
        heard.Append(piece);
        int known = Math.Clamp(told.Length - before, 0, piece.Length);
        if (known > 0 && told.ToString(before, known) != piece[..known])
        {
            throw new ModelUnavailableException("A worker was lost half-way, and another one began a different answer. Ask again.");
        }

        string rest = piece[known..];
        told.Append(rest);
        return rest;
    }

    /// <summary>Sends the pixels; false where the worker was lost meanwhile.</summary>
    private async Task<bool> SendAsync(IPictureGrain grain, CancellationToken cancellationToken)
    {
        try
        {
            byte[] file = await Task.Run(File, cancellationToken).ConfigureAwait(false);
            Guid sender = Guid.NewGuid();
            for (int offset = 0; offset < file.Length; offset += PieceBytes)
            {
                byte[] piece = file.AsSpan(offset, Math.Min(PieceBytes, file.Length - offset)).ToArray();
                if (await grain.PutAsync(sender, offset, file.Length, piece).WaitAsync(cancellationToken).ConfigureAwait(false))
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception exception) when (ClusterFaults.KeepsFromCalling(exception))
        {
            return false;
        }
        catch (ArgumentException exception)
        {
            throw new ModelUnavailableException("The worker does not take the picture: " + exception.Message, exception);
        }
    }

    private byte[] File()
    {
        lock (_gate)
        {
            if (_file?.TryGetTarget(out byte[]? kept) == true)
            {
                return kept;
            }

            byte[] file = PngWriter.Encode(image);
            _file = new WeakReference<byte[]>(file);
            return file;
        }
    }

    /// <summary>Reads a worker's pieces; a worker that is lost ends them, so that the question is asked again.</summary>
    private sealed class Reading(IAsyncEnumerable<AnswerChunk> chunks, CancellationToken cancellationToken) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<AnswerChunk> _chunks = chunks.GetAsyncEnumerator(cancellationToken);

        /// <summary>How long to wait before the question is asked again; null for the usual time.</summary>
        public TimeSpan? Pause { get; set; }

        public async ValueTask<AnswerChunk?> NextAsync()
        {
            try
            {
                return await _chunks.MoveNextAsync().ConfigureAwait(false) ? _chunks.Current : null;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            catch (Exception exception) when (ClusterFaults.PassesBy(exception) || exception is OperationCanceledException)
            {
                // A silo that goes cancels what it had; nobody here did.
                return null;
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                await _chunks.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (ClusterFaults.PassesBy(exception) || exception is NotSupportedException)
            {
                // The worker is gone, and with it what was to be ended.
            }
        }
    }
}
