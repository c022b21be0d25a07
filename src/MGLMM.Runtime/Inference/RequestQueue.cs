using System.Diagnostics;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// The bounded queue in front of a device. A request first waits for one of few places; those inside take turns on the device,
/// run by run, so that a short question is not held up by a long answer. Thread-safe.
/// </summary>
/// <remarks>
/// <para>Owners take turns, at the door and on the device: however many requests one of them sends, another's request waits for one of those, not for
/// all. One owner's requests never take the last place of several; and where the queue is full, a request of an owner with few waiting takes
/// the room of the newest of the owner with most. Requests that name no owner are one more owner's, who may take every place.</para>
/// <para>Requests in the background come after those that somebody waits for, never take the last place of several, and are the first to lose their room. One is let in after
/// <see cref="AdmissionsBeforeBackground"/> others, so that a job goes on while people ask without a pause.</para>
/// <para>A request says what it will take of the device. One whose answer cannot be there in time, reckoned from what is before it, is refused at once.</para>
/// </remarks>
internal sealed class RequestQueue
{
    /// <summary>Others that are let in while one in the background waits, before it is.</summary>
    public const int AdmissionsBeforeBackground = 16;

    private readonly int _concurrent;
    private readonly int _queued;
    private readonly int _concurrentOfOwner;
    private readonly int _queuedOfOwner;
    private readonly TimeSpan? _longestWait;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, OwnerLine> _named = new(StringComparer.Ordinal);
    private readonly OwnerLine _unnamed = new(null);
    private readonly DeviceLane _device = new();
    private readonly HashSet<Place> _inside = [];
    private int _insideInBackground;
    private int _waiting;
    private int _admissionsBeforeBackground;
    private long _admissions;
    private long _averageTicks = Stopwatch.Frequency;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="concurrent">Places.</param>
    /// <param name="queued">Requests that may wait for one.</param>
    /// <param name="concurrentOfOwner">Places of one named owner at most; null for all but one.</param>
    /// <param name="queuedOfOwner">Requests of one named owner that may wait; null for as many as there is room for.</param>
    /// <param name="longestWait">How long a request may have to wait for what is before it; one that would longer is refused. Null for as long as it takes.</param>
    public RequestQueue(int concurrent, int queued, int? concurrentOfOwner = null, int? queuedOfOwner = null, TimeSpan? longestWait = null)
    {
        _concurrent = concurrent;
        _queued = queued;
        _concurrentOfOwner = Math.Clamp(concurrentOfOwner ?? concurrent - 1, 1, concurrent);
        _queuedOfOwner = Math.Min(queuedOfOwner ?? queued, queued);
        _longestWait = longestWait;
    }

    /// <summary>A place in a queue of its own: for runs beside which there are no others, as in measurements.</summary>
    public static Place Alone()
    {
        RequestQueue queue = new(concurrent: 1, queued: 0);
        return queue.Admit(queue._unnamed, default);
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

    /// <inheritdoc cref="EnterAsync(RequestTerms, CancellationToken)"/>
    /// <param name="owner">Whose request it is; null where nobody is named.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Place> EnterAsync(string? owner, CancellationToken cancellationToken) => EnterAsync(new RequestTerms(owner), cancellationToken);

    /// <summary>Waits for a place.</summary>
    /// <param name="terms">Of the request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EngineBusyException">Too many wait already, or the answer could not be there in time.</exception>
    public async Task<Place> EnterAsync(RequestTerms terms, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        OwnerLine line;
        OwnerLine.Applicant applicant = new(terms);
        OwnerLine.Applicant? pushedOut = null;
        EngineBusyException? busy = null;
        EngineBusyException? refusal;
        lock (_gate)
        {
            line = LineOf(terms.Owner);
            refusal = TooLate(line, terms);
            if (refusal is null && _inside.Count < _concurrent && MayEnter(line, terms.IsBackground))
            {
                // Nobody who might come first waits: whoever might enter was let in when there was room.
                return Admit(line, terms);
            }

            if (refusal is null && (line.AllWaiting >= (line.Owner is null ? _queued : _queuedOfOwner) || (_waiting >= _queued && !TryPushOut(line, terms, out pushedOut))))
            {
                refusal = Busy(Before(line, terms));
            }

            if (refusal is not null)
            {
                Forget(line);
            }
            else
            {
                line.Line(terms.IsBackground).AddLast(applicant);
                _waiting++;
                busy = pushedOut is null ? null : Busy(TimeSpan.Zero);
            }
        }

        pushedOut?.Admitted.TrySetException(busy!);
        if (refusal is not null)
        {
            throw refusal;
        }

        using CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(_ => GiveUp(line, applicant, cancellationToken), null);
        return await applicant.Admitted.Task.ConfigureAwait(false);
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
        if (line is { Owner: not null, Inside: 0, AllWaiting: 0 })
        {
            _named.Remove(line.Owner);
        }
    }

    private bool MayEnter(OwnerLine line, bool background) =>
        (line.Owner is null || line.Inside < _concurrentOfOwner) && (!background || _insideInBackground < Math.Max(1, _concurrent - 1));

    private Place Admit(OwnerLine line, RequestTerms terms)
    {
        line.Inside++;
        line.LastAdmission = ++_admissions;
        _insideInBackground += terms.IsBackground ? 1 : 0;
        Place place = new(this, line, terms);
        _inside.Add(place);
        return place;
    }

    /// <summary>
    /// Makes room by pushing out the newest request of whoever has most waiting: of those in the background for one that somebody waits for; else of its own kind, where
    /// that owner has at least two more.
    /// </summary>
    private bool TryPushOut(OwnerLine line, RequestTerms terms, out OwnerLine.Applicant? pushedOut)
    {
        pushedOut = null;
        OwnerLine longest = Longest(background: true);
        bool background = terms.IsBackground || longest.WaitingInBackground.Count > 0;
        if (!background)
        {
            longest = Longest(background: false);
        }

        if (background == terms.IsBackground && longest.Line(background).Count < line.Line(background).Count + 2)
        {
            return false;
        }

        pushedOut = longest.Line(background).Last!.Value;
        longest.Line(background).RemoveLast();
        _waiting--;
        if (longest != line)
        {
            // The asker's own line stays known, for the request that takes the room.
            Forget(longest);
        }

        return true;

        OwnerLine Longest(bool background)
        {
            OwnerLine longest = _unnamed;
            foreach (OwnerLine other in _named.Values)
            {
                longest = other.Line(background).Count > longest.Line(background).Count ? other : longest;
            }

            return longest;
        }
    }

    private void GiveUp(OwnerLine line, OwnerLine.Applicant applicant, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!line.Line(applicant.Terms.IsBackground).Remove(applicant))
            {
                // Let in or pushed out in the very moment.
                return;
            }

            _waiting--;
            Forget(line);
        }

        applicant.Admitted.TrySetCanceled(cancellationToken);
    }

    private void Leave(Place place, OwnerLine line, long elapsed)
    {
        List<(OwnerLine.Applicant Applicant, Place Place)> admitted = [];
        lock (_gate)
        {
            // A moving average over about eight requests, for the estimate of when a refused one may come back.
            _averageTicks += (elapsed - _averageTicks) / 8;
            _inside.Remove(place);
            line.Inside--;
            _insideInBackground -= place.Terms.IsBackground ? 1 : 0;
            while (_inside.Count < _concurrent && NextLine() is { } next)
            {
                OwnerLine.Applicant applicant = next.Line.Line(next.Background).First!.Value;
                next.Line.Line(next.Background).RemoveFirst();
                _waiting--;
                _admissionsBeforeBackground = next.Background || !IsWaitingInBackground() ? 0 : _admissionsBeforeBackground + 1;
                admitted.Add((applicant, Admit(next.Line, applicant.Terms)));
            }

            Forget(line);
        }

        foreach ((OwnerLine.Applicant applicant, Place entered) in admitted)
        {
            applicant.Admitted.SetResult(entered);
        }
    }

    private bool IsWaitingInBackground() => _unnamed.WaitingInBackground.Count > 0 || _named.Values.Any(line => line.WaitingInBackground.Count > 0);

    /// <summary>Who is let in next: one that somebody waits for, unless it is the turn of one in the background.</summary>
    private (OwnerLine Line, bool Background)? NextLine()
    {
        bool backgroundFirst = _admissionsBeforeBackground >= AdmissionsBeforeBackground;
        foreach (bool background in (ReadOnlySpan<bool>)[backgroundFirst, !backgroundFirst])
        {
            if (NextLine(background) is { } line)
            {
                return (line, background);
            }
        }

        return null;
    }

    /// <summary>Of the owners with a request that may enter, the one with the fewest places, then the one that was let in longest ago.</summary>
    private OwnerLine? NextLine(bool background)
    {
        OwnerLine? best = _unnamed.Line(background).Count > 0 && MayEnter(_unnamed, background) ? _unnamed : null;
        foreach (OwnerLine line in _named.Values)
        {
            if (line.Line(background).Count > 0 && MayEnter(line, background)
                && (best is null || line.Inside < best.Inside || (line.Inside == best.Inside && line.LastAdmission < best.LastAdmission)))
            {
                best = line;
            }
        }

        return best;
    }

    /// <summary>
    /// What the device has to do before a request's answer is done, that itself left out: what is inside, of each owner as many of those waiting as come in the same rounds, and for
    /// one in the background all that somebody waits for.
    /// </summary>
    private TimeSpan Before(OwnerLine line, RequestTerms terms)
    {
        TimeSpan before = TimeSpan.Zero;
        foreach (Place place in _inside)
        {
            before += place.Remaining;
        }

        int rounds = line.Line(terms.IsBackground).Count + 1;
        foreach (OwnerLine other in _named.Values.Append(_unnamed))
        {
            before += Sum(other.Line(terms.IsBackground).Take(other == line ? int.MaxValue : rounds));
            before += terms.IsBackground ? Sum(other.Waiting) : TimeSpan.Zero;
        }

        return before;

        static TimeSpan Sum(IEnumerable<OwnerLine.Applicant> applicants) => applicants.Aggregate(TimeSpan.Zero, (sum, applicant) => sum + applicant.Terms.Cost);
    }

    /// <summary>The refusal of a request whose answer cannot be there in time; null where it can, or nobody knows.</summary>
    private EngineBusyException? TooLate(OwnerLine line, RequestTerms terms)
    {
        if (terms.Within is null && _longestWait is null)
        {
            return null;
        }

        TimeSpan before = Before(line, terms);
        TimeSpan? tooMuch = terms.Within is { } within && before + terms.Cost > within ? before + terms.Cost - within
            : _longestWait is { } longest && before > longest ? before - longest
            : null;
        return tooMuch is not { } wait ? null : new EngineBusyException(
            FormattableString.Invariant(
                $"The model is busy: the answer would take about {Seconds(terms.Cost)} s, behind {Seconds(before)} s of other requests, which is longer than allowed. Try again in {Seconds(wait)} s{(terms.Cost > (terms.Within ?? TimeSpan.MaxValue) ? ", with a longer deadline" : string.Empty)}."),
            wait);

        static int Seconds(TimeSpan time) => (int)Math.Max(1, Math.Ceiling(time.TotalSeconds));
    }

    /// <summary>A refusal with what is known: the work before a request, or, where that is zero, what requests took on average.</summary>
    private EngineBusyException Busy(TimeSpan before) =>
        new(_waiting, before > TimeSpan.Zero ? before : TimeSpan.FromSeconds((double)_averageTicks / Stopwatch.Frequency * (_waiting + 1) / _concurrent));

    /// <summary>A place of a request; disposing it lets the next one in.</summary>
    internal sealed class Place(RequestQueue queue, OwnerLine line, RequestTerms terms) : IDisposable
    {
        private readonly long _entered = Stopwatch.GetTimestamp();
        private readonly DeviceUse _use = new();
        private int _left;

        /// <summary>Of the request that has it.</summary>
        public RequestTerms Terms => terms;

        /// <summary>Whether it was left.</summary>
        public bool IsLeft => Volatile.Read(ref _left) == 1;

        /// <summary>Whether a request that somebody waits for has no place yet.</summary>
        public bool OthersWait
        {
            get
            {
                lock (queue._gate)
                {
                    return queue._named.Values.Append(queue._unnamed).Any(other => other.Waiting.Count > 0);
                }
            }
        }

        /// <summary>What of the device it will still take, as far as that was foreseen.</summary>
        public TimeSpan Remaining => terms.Cost > _use.Time ? terms.Cost - _use.Time : TimeSpan.Zero;

        /// <summary>Takes the device for one run; dispose the result to give it back. Allocates nothing.</summary>
        public DeviceLane.Turn TakeDevice(CancellationToken cancellationToken) => queue._device.Take(line, terms.IsBackground, _use, null, cancellationToken)!.Value;

        /// <summary>Takes the device for a step, unless another run makes it meanwhile: then null.</summary>
        public DeviceLane.Turn? TakeDevice(SharedStep step, CancellationToken cancellationToken) => queue._device.Take(line, terms.IsBackground, _use, step, cancellationToken);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                queue.Leave(this, line, Stopwatch.GetTimestamp() - _entered);
            }
        }
    }
}
