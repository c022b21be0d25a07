using System.Diagnostics.CodeAnalysis;

namespace MGLMM.Orleans.Workers;

/// <summary>The pixels that a worker was sent, by content: those that were asked about last, within a number of bytes. Thread-safe.</summary>
internal sealed class PictureMemory(long bytes)
{
    /// <summary>Bytes of a picture's file at most.</summary>
    public const int LargestFile = 256 << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Kept>> _kept = [];
    private readonly LinkedList<Kept> _order = [];
    private long _bytes;
    private long _received;

    /// <summary>Pictures that were ever added.</summary>
    public long Received => Interlocked.Read(ref _received);

    public bool TryGet(string contentHash, [NotNullWhen(true)] out IOpenedImage? image)
    {
        lock (_gate)
        {
            if (!_kept.TryGetValue(contentHash, out LinkedListNode<Kept>? node))
            {
                image = null;
                return false;
            }

            _order.Remove(node);
            _order.AddFirst(node);
            image = node.Value.Image;
            return true;
        }
    }

    /// <summary>Opens a picture over the model and keeps it; one that is larger than all room is kept alone.</summary>
    public async Task AddAsync(IGroundingModel model, RgbImage pixels)
    {
        IOpenedImage image = await model.OpenImageAsync(pixels).ConfigureAwait(false);
        Kept kept = new(pixels.ContentHash, image, (long)pixels.Width * pixels.Height * RgbImage.Channels);
        lock (_gate)
        {
            if (_kept.ContainsKey(kept.ContentHash))
            {
                return;
            }

            _kept.Add(kept.ContentHash, _order.AddFirst(kept));
            _bytes += kept.Bytes;
            while (_bytes > bytes && _order.Count > 1)
            {
                Kept last = _order.Last!.Value;
                _order.RemoveLast();
                _kept.Remove(last.ContentHash);
                _bytes -= last.Bytes;
            }
        }

        Interlocked.Increment(ref _received);
    }

    private sealed record Kept(string ContentHash, IOpenedImage Image, long Bytes);
}
