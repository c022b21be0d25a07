namespace MGLMM.Runtime.Inference;

/// <summary>
/// Lets one run at a time onto the device. Owners take turns: whoever gives the device back hands it to the owner who had it longest ago, and
/// among the requests of one owner to the one that has waited longest. Thread-safe; waiting allocates nothing in the long run.
/// </summary>
internal sealed class DeviceLane
{
    [ThreadStatic]
    private static Waiter? _spare;

    private readonly Lock _sync = new();

    // As many as there are places before the device, which are few.
    private readonly List<Waiter> _waiters = [];
    private bool _taken;
    private long _turns;

    /// <summary>Waits for the device; dispose the result to give it back.</summary>
    /// <param name="owner">Whose turn it is; always with the same lane.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public Turn Take(OwnerLine owner, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_sync)
        {
            if (!_taken)
            {
                _taken = true;
                owner.LastTurn = ++_turns;
                return new Turn(this);
            }

            waiter = _spare ?? new Waiter();
            _spare = null;
            waiter.Owner = owner;
            _waiters.Add(waiter);
        }

        try
        {
            waiter.Granted.Wait(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            bool waited;
            lock (_sync)
            {
                waited = _waiters.Remove(waiter);
            }

            // Handed over in the very moment: pass it on.
            if (!waited)
            {
                GiveBack();
            }

            throw;
        }

        waiter.Owner = null;
        _spare = waiter;
        return new Turn(this);
    }

    private void GiveBack()
    {
        lock (_sync)
        {
            if (_waiters.Count == 0)
            {
                _taken = false;
                return;
            }

            int next = 0;
            for (int index = 1; index < _waiters.Count; index++)
            {
                if (_waiters[index].Owner!.LastTurn < _waiters[next].Owner!.LastTurn)
                {
                    next = index;
                }
            }

            Waiter waiter = _waiters[next];
            _waiters.RemoveAt(next);
            waiter.Owner!.LastTurn = ++_turns;
            waiter.Granted.Release();
        }
    }

    /// <summary>The device for the length of one run.</summary>
    internal readonly struct Turn(DeviceLane lane) : IDisposable
    {
        public void Dispose() => lane.GiveBack();
    }

    private sealed class Waiter
    {
        public SemaphoreSlim Granted { get; } = new(0, 1);

        public OwnerLine? Owner { get; set; }
    }
}
