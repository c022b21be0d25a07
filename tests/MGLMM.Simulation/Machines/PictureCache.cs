namespace MGLMM.Simulation.Machines;

/// <summary>
/// What a worker keeps of pictures within a number of bytes.
/// </summary>
/// <param name="bytes">How much it may keep.</param>
/// <param name="encodingBytes">Of a picture's encodings.</param>
/// <param name="stateBytes">Of its keys and values.</param>
/// <param name="eviction">What it lets go.</param>
/// <param name="isOld">Whether it has been at work for long: it begins full of encodings that nobody asks for any more.</param>
internal sealed class PictureCache(double bytes, double encodingBytes, double stateBytes, Eviction eviction = Eviction.OldestPicture, bool isOld = false)
{
    private readonly Dictionary<long, LinkedListNode<Kept>> _kept = [];
    private readonly LinkedList<Kept> _order = [];
    private readonly LinkedList<Kept> _states = [];

    private int _forgotten = isOld ? (int)(bytes / encodingBytes) : 0;

    public double Bytes => ((_order.Count + _forgotten) * encodingBytes) + (_states.Count * stateBytes);

    public int Count => _order.Count;

    /// <summary>Asks about a picture: what was there of it. It is all there afterwards, as far as there is room.</summary>
    /// <param name="picture">Which.</param>
    /// <param name="wantsMasks">Whether the grounding encoding is needed.</param>
    public (bool Encoded, bool Grounded, bool State) Use(long picture, bool wantsMasks)
    {
        bool encoded = _kept.TryGetValue(picture, out LinkedListNode<Kept>? node);
        if (node is null)
        {
            node = new LinkedListNode<Kept>(new Kept(picture));
            _kept.Add(picture, node);
        }
        else
        {
            _order.Remove(node);
        }

        _order.AddFirst(node);
        Kept kept = node.Value;
        bool state = kept.State is not null;
        bool grounded = kept.IsGrounded;
        kept.IsGrounded |= wantsMasks;
        if (kept.State is { } held)
        {
            _states.Remove(held);
        }

        kept.State = stateBytes > 0 ? _states.AddFirst(kept) : null;
        Trim();
        return (encoded, grounded, state);
    }

    private void Trim()
    {
        while (eviction == Eviction.StatesFirst && Bytes > bytes && _states.Last is { } oldest)
        {
            oldest.Value.State = null;
            _states.RemoveLast();
        }

        while (Bytes > bytes && _forgotten > 0)
        {
            _forgotten--;
        }

        while (Bytes > bytes && _order.Last is { } oldest)
        {
            if (oldest.Value.State is { } state)
            {
                _states.Remove(state);
            }

            _kept.Remove(oldest.Value.Picture);
            _order.RemoveLast();
        }
    }

    private sealed class Kept(long picture)
    {
        public long Picture => picture;

        public bool IsGrounded { get; set; }

        public LinkedListNode<Kept>? State { get; set; }
    }
}
