using System.Diagnostics;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// Lets one run at a time onto the device. Owners take turns: whoever gives the device back hands it to the owner who had it longest ago, and
/// among the requests of one owner to the one that has waited longest. Requests in the background get it where no other wants it, and one turn in
/// <see cref="TurnsBeforeBackground"/> where others always do. Who has the device may take over the single steps of those who wait, and make them in
/// one run with their own. Thread-safe; waiting allocates nothing in the long run.
/// </summary>
internal sealed class DeviceLane
{
    /// <summary>Turns that others take while one in the background waits, before it gets one.</summary>
    public const int TurnsBeforeBackground = 16;

    [ThreadStatic]
    private static Waiter? _spare;

    private readonly Lock _sync = new();

    // As many as there are places before the device, which are few.
    private readonly List<Waiter> _waiters = [];
    private readonly List<Waiter> _taken = [];
    private bool _isHeld;
    private long _turns;
    private int _waitingSteps;
    private int _turnsBeforeBackground;

    /// <summary>Steps that wait and could be taken over.</summary>
    public int WaitingSteps => Volatile.Read(ref _waitingSteps);

    /// <summary>Waits for the device; dispose the result to give it back.</summary>
    /// <param name="owner">Whose turn it is; always with the same lane.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public Turn Take(OwnerLine owner, CancellationToken cancellationToken) => Take(owner, background: false, null, null, cancellationToken)!.Value;

    /// <summary>Waits for the device, or until another run has made a step. Null says that it was made; otherwise dispose the result to give the device back.</summary>
    /// <param name="owner">Whose turn it is; always with the same lane.</param>
    /// <param name="background">Whether it can wait for others.</param>
    /// <param name="use">Where the length of the turn is added up; null where nobody wants to know.</param>
    /// <param name="step">What another run may make; null where there is none.</param>
    /// <param name="cancellationToken">Ends the wait, but not a run that is making the step already.</param>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public Turn? Take(OwnerLine owner, bool background, DeviceUse? use, SharedStep? step, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_sync)
        {
            if (!_isHeld)
            {
                _isHeld = true;
                owner.LastTurn = ++_turns;
                return new Turn(this, use);
            }

            waiter = _spare ?? new Waiter();
            _spare = null;
            waiter.Owner = owner;
            waiter.Step = step;
            waiter.IsBackground = background;
            waiter.Granted.Reset();
            if (step is not null)
            {
                step.IsTaken = false;
                step.IsLeftOut = false;
                _waitingSteps++;
            }

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
                if (waited && step is not null)
                {
                    _waitingSteps--;
                }
            }

            if (!waited && step is { IsTaken: true })
            {
                // Its buffers are in use until the run has ended.
                waiter.Granted.Wait(CancellationToken.None);
            }
            else if (!waited)
            {
                // Handed over in the very moment: pass it on.
                GiveBack();
            }

            throw;
        }

        waiter.Owner = null;
        waiter.Step = null;
        _spare = waiter;
        return step is { IsTaken: true } ? null : new Turn(this, use);
    }

    /// <summary>Takes over steps that wait, in the order of their owners' turns. To be called by who has the device, and followed by <see cref="Made"/>.</summary>
    /// <param name="steps">Gets them.</param>
    /// <param name="maximum">How many at most.</param>
    public void TakeOver(List<SharedStep> steps, int maximum)
    {
        lock (_sync)
        {
            while (steps.Count < maximum && Next(waiter => waiter.Step is not null) is >= 0 and int next)
            {
                Waiter waiter = _waiters[next];
                _waiters.RemoveAt(next);
                _waitingSteps--;
                waiter.Owner!.LastTurn = ++_turns;
                waiter.Step!.IsTaken = true;
                steps.Add(waiter.Step);
                _taken.Add(waiter);
            }
        }
    }

    /// <summary>Says that the steps that were taken over are made.</summary>
    public void Made()
    {
        lock (_sync)
        {
            foreach (Waiter waiter in _taken)
            {
                waiter.Granted.Set();
            }

            _taken.Clear();
        }
    }

    private void GiveBack()
    {
        lock (_sync)
        {
            if (Next(_ => true) is not (>= 0 and int next))
            {
                _isHeld = false;
                return;
            }

            Waiter waiter = _waiters[next];
            _waiters.RemoveAt(next);
            if (waiter.Step is not null)
            {
                _waitingSteps--;
            }

            waiter.Owner!.LastTurn = ++_turns;
            _turnsBeforeBackground = waiter.IsBackground || !_waiters.Exists(static other => other.IsBackground) ? 0 : _turnsBeforeBackground + 1;

            waiter.Granted.Set();
        }
    }

    /// <summary>Who is next, of those that are meant; negative where there is nobody.</summary>
    private int Next(Predicate<Waiter> meant)
    {
        bool backgroundFirst = _turnsBeforeBackground >= TurnsBeforeBackground;
        int next = -1;
        for (int index = 0; index < _waiters.Count; index++)
        {
            if (meant(_waiters[index]) && (next < 0 || Precedes(_waiters[index], _waiters[next], backgroundFirst)))
            {
                next = index;
            }
        }

        return next;
    }

    private static bool Precedes(Waiter one, Waiter other, bool backgroundFirst) =>
        one.IsBackground == other.IsBackground ? one.Owner!.LastTurn < other.Owner!.LastTurn : one.IsBackground == backgroundFirst;

    /// <summary>The device for the length of one run.</summary>
    internal readonly struct Turn(DeviceLane lane, DeviceUse? use) : IDisposable
    {
        private readonly long _begun = use is null ? 0 : Stopwatch.GetTimestamp();

        /// <summary>Where the device was taken from.</summary>
        public DeviceLane Lane => lane;

        public void Dispose()
        {
            use?.Add(Stopwatch.GetTimestamp() - _begun);
            lane.GiveBack();
        }
    }

    private sealed class Waiter
    {
        // Without spinning: another's run takes far longer than that, and meanwhile the core is wanted by who makes it.
        public ManualResetEventSlim Granted { get; } = new(false, spinCount: 0);

        public OwnerLine? Owner { get; set; }

        public SharedStep? Step { get; set; }

        public bool IsBackground { get; set; }
    }
}
