namespace MGLMM.Runtime.Caching;

/// <summary>
/// The image states of a model within a byte budget, by content hash: the same picture opened twice is paid for once. States
/// in use are never dropped; among the others the least recently used goes first. Thread-safe.
/// </summary>
internal sealed class ImageStateStore(long budget) : IDisposable
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);

    /// <summary>Most recently used first.</summary>
    private readonly LinkedList<Entry> _order = [];
    private bool _disposed;

    /// <summary>Bytes held by what nobody uses at the moment.</summary>
    public long IdleBytes
    {
        get
        {
            lock (_sync)
            {
                return Total();
            }
        }
    }

    /// <summary>Bytes of the budget that are free.</summary>
    public long Room => Math.Max(0, budget - IdleBytes);

    /// <summary>Pictures with a state.</summary>
    public int Count
    {
        get
        {
            lock (_sync)
            {
                return _order.Count;
            }
        }
    }

    /// <summary>The state of a picture, marked as in use until <see cref="Release"/>.</summary>
    public ImageState Acquire(string key)
    {
        lock (_sync)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_entries.TryGetValue(key, out LinkedListNode<Entry>? node))
            {
                _order.Remove(node);
            }
            else
            {
                node = new LinkedListNode<Entry>(new Entry(new ImageState(key)));
                _entries.Add(key, node);
            }

            _order.AddFirst(node);
            node.Value.Users++;
            return node.Value.State;
        }
    }

    /// <summary>Whether a state is in use more than once.</summary>
    public bool IsShared(ImageState state)
    {
        lock (_sync)
        {
            return _entries.TryGetValue(state.Key, out LinkedListNode<Entry>? node) && node.Value.Users > 1;
        }
    }

    /// <summary>What is kept of a picture: whether its image tokens and its grounding embedding are, and the positions of its longest KV cache.</summary>
    public (bool Tokens, bool Embedding, int Positions) Peek(string key)
    {
        lock (_sync)
        {
            return _entries.TryGetValue(key, out LinkedListNode<Entry>? node)
                ? (node.Value.State.Tokens.Bytes > 0, node.Value.State.Embedding.Bytes > 0, node.Value.State.LongestPositions)
                : default;
        }
    }

    /// <summary>Ends a use and drops what no longer fits the budget.</summary>
    public void Release(ImageState state)
    {
        lock (_sync)
        {
            Entry entry = _entries[state.Key].Value;
            entry.Users--;
            if (_disposed)
            {
                DropUnused();
                return;
            }

            // Everything of the picture that was used longest ago goes first: if encodings outlived all KV caches, those of pictures that nobody
            // asks about any more would fill the budget, and a dialogue that is going on would be read anew at every turn. Of one picture the KV
            // caches go first, which are larger and sooner made again.
            long total = Total();
            for (LinkedListNode<Entry>? node = _order.Last; node is not null && total > budget;)
            {
                LinkedListNode<Entry>? previous = node.Previous;
                total -= BytesOf(node.Value);
                node.Value.State.ClearStates();
                if (node.Value.Users == 0 && total + BytesOf(node.Value) > budget)
                {
                    node.Value.State.ClearEncodings();
                    _order.Remove(node);
                    _entries.Remove(node.Value.State.Key);
                }

                total += BytesOf(node.Value);
                node = previous;
            }
        }
    }

    /// <summary>Drops what nobody uses; the rest goes as it is released.</summary>
    public void Dispose()
    {
        lock (_sync)
        {
            _disposed = true;
            DropUnused();
        }
    }

    private static long BytesOf(Entry entry) => entry.State.IdleStateBytes + entry.State.EncodingBytes;

    // Summed once for each release: summing again after each drop would cost the square of the pictures.
    private long Total() => _order.Sum(BytesOf);

    private void DropUnused()
    {
        foreach (Entry? entry in _order.Where(entry => entry.Users == 0))
        {
            entry.State.ClearStates();
            entry.State.ClearEncodings();
        }
    }

    private sealed class Entry(ImageState state)
    {
        public ImageState State { get; } = state;

        public int Users { get; set; }
    }
}
