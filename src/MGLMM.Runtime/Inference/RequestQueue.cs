using System.Diagnostics;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// The bounded queue in front of a device. A request first waits for one of few places; those inside take turns on the device,
/// run by run, so that a short question is not held up by a long answer. Thread-safe.
/// </summary>
/// <remarks>
/// Owners take turns, at the door and on the device: however many requests one of them sends, another's request waits for one of those, not for
/// all. One owner's requests never take the last place of several; and where the queue is full, a request of an owner with few waiting takes
/// the room of the newest of the owner with most. Requests that name no owner are one more owner's, who may take every place.
/// </remarks>
internal sealed class RequestQueue
{
    private readonly int _concurrent;
    private readonly int _queued;
    private readonly int _concurrentOfOwner;
    private readonly int _queuedOfOwner;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, OwnerLine> _named = new(StringComparer.Ordinal);
    private readonly OwnerLine _unnamed = new(null);
    private readonly DeviceLane _device = new();
    private int _inside;
    private int _waiting;
    private long _admissions;
    private long _averageTicks = Stopwatch.Frequency;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="concurrent">Places.</param>
    /// <param name="queued">Requests that may wait for one.</param>
    /// <param name="concurrentOfOwner">Places of one named owner at most; null for all but one.</param>
    /// <param name="queuedOfOwner">Requests of one named owner that may wait; null for as many as there is room for.</param>
    public RequestQueue(int concurrent, int queued, int? concurrentOfOwner = null, int? queuedOfOwner = null)
    {
        _concurrent = concurrent;
        _queued = queued;
        _concurrentOfOwner = Math.Clamp(concurrentOfOwner ?? concurrent - 1, 1, concurrent);
        _queuedOfOwner = Math.Min(queuedOfOwner ?? queued, queued);
    }

    /// <summary>A place in a queue of its own: for runs beside which there are no others, as in measurements.</summary>
    public static Place Alone()
    {
        RequestQueue queue = new(concurrent: 1, queued: 0);
        return queue.Admit(queue._unnamed);
    }

    /// <summary>How many named owners it knows at this moment: those who have a request in it.</summary>
    public int KnownOwners
    {
        get
        {
            lock (_gate)
            {
                return _named.Count;
            }
        }
    }

    /// <summary>Waits for a place.</summary>
    /// <param name="owner">Whose request it is; null where nobody is named.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EngineBusyException">Too many wait already.</exception>
    public async Task<Place> EnterAsync(string? owner, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        OwnerLine line;
        TaskCompletionSource<Place> admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<Place>? pushedOut = null;
        bool refused = false;
        lock (_gate)
        {
            line = LineOf(owner);
            if (_inside < _concurrent && MayEnter(line))
            {
                // Nobody of this owner waits: whoever might enter was let in when there was room.
                return Admit(line);
            }

            if (line.Waiting.Count >= (line.Owner is null ? _queued : _queuedOfOwner) || (_waiting >= _queued && !TryPushOut(line, out pushedOut)))
            {
                refused = true;
                Forget(line);
            }
            else
            {
                line.Waiting.AddLast(admitted);
                _waiting++;
            }
        }

        pushedOut?.TrySetException(Busy());
        if (refused)
        {
            throw Busy();
        }

        using CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(_ => GiveUp(line, admitted, cancellationToken), null);
        return await admitted.Task.ConfigureAwait(false);
    }

    /// <summary>Steps that wait for the device and that a run of others may make.</summary>
    public int WaitingSteps => _device.WaitingSteps;

    /// <summary>Takes the device for one run, without a place; dispose the result to give it back.</summary>
    public DeviceLane.Turn TakeDevice(CancellationToken cancellationToken) => _device.Take(_unnamed, cancellationToken);

    private OwnerLine LineOf(string? owner)
    {
        if (owner is null)
        {
            return _unnamed;
        }

        if (!_named.TryGetValue(owner, out OwnerLine? line))
        {
            line = new OwnerLine(owner);
            _named.Add(owner, line);
        }

        return line;
    }

    private void Forget(OwnerLine line)
    {
        if (line is { Owner: not null, Inside: 0, Waiting.Count: 0 })
        {
            _named.Remove(line.Owner);
        }
    }

    private bool MayEnter(OwnerLine line) => line.Owner is null || line.Inside < _concurrentOfOwner;

    private Place Admit(OwnerLine line)
    {
        _inside++;
        line.Inside++;
        line.LastAdmission = ++_admissions;
        return new Place(this, line);
    }

    /// <summary>Makes room for an owner's request by pushing out the newest of the owner with most waiting, where that one has at least two more.</summary>
    private bool TryPushOut(OwnerLine line, out TaskCompletionSource<Place>? pushedOut)
    {
        pushedOut = null;
        OwnerLine longest = _unnamed;
        foreach (OwnerLine other in _named.Values)
        {
            longest = other.Waiting.Count > longest.Waiting.Count ? other : longest;
        }

        if (longest.Waiting.Count < line.Waiting.Count + 2)
        {
            return false;
        }

        pushedOut = longest.Waiting.Last!.Value;
        longest.Waiting.RemoveLast();
        _waiting--;
        return true;
    }

    private void GiveUp(OwnerLine line, TaskCompletionSource<Place> applicant, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!line.Waiting.Remove(applicant))
            {
                // Let in or pushed out in the very moment.
                return;
            }

            _waiting--;
            Forget(line);
        }

        applicant.TrySetCanceled(cancellationToken);
    }

    private void Leave(OwnerLine line, long elapsed)
    {
        List<(TaskCompletionSource<Place> Applicant, Place Place)> admitted = [];
        lock (_gate)
        {
            // A moving average over about eight requests, for the estimate of when a refused one may come back.
            _averageTicks += (elapsed - _averageTicks) / 8;
            _inside--;
            line.Inside--;
            while (_inside < _concurrent && NextLine() is { } next)
            {
                TaskCompletionSource<Place> applicant = next.Waiting.First!.Value;
                next.Waiting.RemoveFirst();
                _waiting--;
                admitted.Add((applicant, Admit(next)));
            }

            Forget(line);
        }

        foreach ((TaskCompletionSource<Place> applicant, Place place) in admitted)
        {
            applicant.SetResult(place);
        }
    }

    /// <summary>Of the owners with a request that may enter, the one with the fewest places, then the one that was let in longest ago.</summary>
    private OwnerLine? NextLine()
    {
        OwnerLine? best = _unnamed.Waiting.Count > 0 ? _unnamed : null;
        foreach (OwnerLine line in _named.Values)
        {
            if (line.Waiting.Count > 0 && MayEnter(line)
                && (best is null || line.Inside < best.Inside || (line.Inside == best.Inside && line.LastAdmission < best.LastAdmission)))
            {
                best = line;
            }
        }

        return best;
    }

    private EngineBusyException Busy()
    {
        lock (_gate)
        {
            return new EngineBusyException(_waiting, TimeSpan.FromSeconds((double)_averageTicks / Stopwatch.Frequency * (_waiting + 1) / _concurrent));
        }
    }

    /// <summary>A place of a request; disposing it lets the next one in.</summary>
    internal sealed class Place(RequestQueue queue, OwnerLine line) : IDisposable
    {
        private readonly long _entered = Stopwatch.GetTimestamp();
        private int _left;

        /// <summary>Takes the device for one run; dispose the result to give it back. Allocates nothing.</summary>
        public DeviceLane.Turn TakeDevice(CancellationToken cancellationToken) => queue._device.Take(line, cancellationToken);

        /// <summary>Takes the device for a step, unless another run makes it meanwhile: then null.</summary>
        public DeviceLane.Turn? TakeDevice(SharedStep step, CancellationToken cancellationToken) => queue._device.Take(line, step, cancellationToken);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                queue.Leave(line, Stopwatch.GetTimestamp() - _entered);
            }
        }
    }
}
