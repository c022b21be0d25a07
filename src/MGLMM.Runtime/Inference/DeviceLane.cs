namespace MGLMM.Runtime.Inference;

/// <summary>
/// Lets one run at a time onto the device, strictly first come, first served: whoever gives the device back hands it to the
/// one who has waited longest, so that requests take turns run by run. Thread-safe; waiting allocates nothing in the long run.
/// </summary>
internal sealed class DeviceLane
{
    [ThreadStatic]
    private static Waiter? _spare;

    private readonly Lock _sync = new();
    private readonly Queue<Waiter> _waiters = new();
    private bool _taken;

    /// <summary>Waits for the device; dispose the result to give it back.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public Turn Take(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_sync)
        {
            if (!_taken)
            {
                _taken = true;
                return new Turn(this);
            }

            waiter = _spare ?? new Waiter();
            _spare = null;
            waiter.Abandoned = false;
            _waiters.Enqueue(waiter);
        }

        try
        {
            waiter.Granted.Wait(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (_sync)
            {
                waiter.Abandoned = true;
            }

            // Handed over in the very moment: pass it on.
            if (waiter.Granted.Wait(0, CancellationToken.None))
            {
                GiveBack();
            }

            throw;
        }

        _spare = waiter;
        return new Turn(this);
    }

    private void GiveBack()
    {
        lock (_sync)
        {
            while (_waiters.TryDequeue(out Waiter? next))
            {
                if (!next.Abandoned)
                {
                    next.Granted.Release();
                    return;
                }
            }

            _taken = false;
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

        public bool Abandoned { get; set; }
    }
}
