using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MGLMM.Imaging;
using MGLMM.Orleans.Workers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Runtime;

namespace MGLMM.Orleans.Pictures;

/// <summary>
/// A picture on this worker. It holds no more than the way to the worker's own memory: pixels in <see cref="PictureMemory"/>, encodings and the keys and
/// values of its dialogue where the model keeps them, both by content, so that a picture that was let go and comes back finds what is still there.
/// </summary>
/// <remarks>Reentrant: questions about one picture wait where the model lets them wait, by turns of owners, not here.</remarks>
[Reentrant, PicturePlacement, CollectionAgeLimit(Minutes = 30)]
internal sealed class PictureGrain(Worker worker, WorkerTable table, TimeProvider time, IOptions<SiloMessagingOptions> messaging, ILogger<PictureGrain> logger) : Grain, IPictureGrain
{
    /// <summary>What may wait between the model and the network; a caller that does not read slows the model down instead of filling the memory.</summary>
    private const int PiecesAhead = 256;

    // Each piece is a call: a sender that has not sent the next one within a call's time does not wait for its answer any more.
    private readonly ArrivingFiles _arriving = new(time, messaging.Value.ResponseTimeout);
    private IGrainTimer? _watching;
    private int _answering;
    private Task? _opening;

    private PictureKey Key => PictureKey.Parse(this.GetPrimaryKeyString());

    public async IAsyncEnumerable<AnswerChunk> AskAsync(PictureQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        PictureKey key = Key;
        if (worker.IsDraining || worker.Id != key.Model)
        {
            // A grain that goes ends the answers that are being read from it.
            if (_answering == 0)
            {
                DeactivateOnIdle();
            }

            yield return new AnswerChunk(ChunkKind.Moved);
            yield break;
        }

        // Counted here and not where it runs: the next picture's question sees it, however busy the threads are, and a worker that is leaving waits for it.
        IDisposable underWay = worker.BeginQuestion(out int others);
        if (question.MovesAfter is { } patience && PictureDirector.IsCrowded(others, table.OfModel(key.Model), patience))
        {
            underWay.Dispose();
            yield return new AnswerChunk(ChunkKind.Moved);
            yield break;
        }

        if (!worker.Pictures.TryGet(key.ContentHash, out IOpenedImage? image))
        {
            underWay.Dispose();
            yield return new AnswerChunk(ChunkKind.NeedsPixels);
            yield break;
        }

        // The model works on its own threads: a grain has but one.
        Channel<AnswerChunk> pieces = Channel.CreateBounded<AnswerChunk>(new BoundedChannelOptions(PiecesAhead) { SingleReader = true });
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(question.TimeLeft);
        _answering++;
        Task answering = Task.Run(() => Answering.RunAsync(underWay, image, question, pieces.Writer, logger, ending.Token), CancellationToken.None);
        try
        {
            await foreach (AnswerChunk piece in pieces.Reader.ReadAllAsync(cancellationToken))
            {
                AnswerChunk told = piece;
                while (told.Kind == ChunkKind.Text && pieces.Reader.TryPeek(out AnswerChunk? next) && next.Kind == ChunkKind.Text)
                {
                    pieces.Reader.TryRead(out _);
                    told = new AnswerChunk(ChunkKind.Text, told.Text + next.Text);
                }

                yield return told;
            }
        }
        finally
        {
            // However the reading ended: the device is free within one token.
            await ending.CancelAsync();
            await answering;
            _answering--;
        }
    }

    public async Task<bool> PutAsync(Guid sender, int offset, int length, byte[] piece)
    {
        PictureKey key = Key;
        if (worker.Pictures.TryGet(key.ContentHash, out _))
        {
            // Whoever else is sending it hears the same with the next piece, and a sender that was lost needs no room any more.
            _arriving.Clear();
            return true;
        }

        if (length < 1 || length > PictureMemory.LargestFile || offset < 0 || piece.Length > length - offset)
        {
            throw new ArgumentException($"A piece of {piece.Length} bytes at {offset} does not fit a picture file of {length} bytes.");
        }

        if (_arriving.Take(sender, offset, length, piece) is not { } file)
        {
            _watching ??= this.RegisterGrainTimer(WatchArriving, messaging.Value.ResponseTimeout, messaging.Value.ResponseTimeout);
            return false;
        }

        // Two that sent it at once: the first one's is opened, and the other waits with it.
        Task opening = _opening ??= OpenAsync(file);
        try
        {
            await opening;
        }
        finally
        {
            _opening = null;
        }

        _arriving.Clear();
        return true;
    }

    /// <summary>What a lost sender has sent does not wait for the next piece of another.</summary>
    private Task WatchArriving()
    {
        _arriving.DropLost();
        if (_arriving.Count == 0)
        {
            _watching?.Dispose();
            _watching = null;
        }

        return Task.CompletedTask;
    }

    private async Task OpenAsync(byte[] file)
    {
        RgbImage pixels = await Task.Run(() => ImageDecoder.Decode(file, worker.Model.Card.ImageLimits));
        if (pixels.ContentHash != Key.ContentHash)
        {
            throw new ArgumentException("The picture's pixels are not those that its key names.");
        }

        await worker.Pictures.AddAsync(worker.Model, pixels);
    }
}
