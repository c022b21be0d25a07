using System.Diagnostics;
using System.Numerics.Tensors;
using MGLMM.Runtime.Bundles;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// Continuous batching: answers that are decoded at the same time share the runs of the decoder, a token of each in one run. A run reads the weights once for all of
/// them, which is most of what a large model's run costs. Prompts are run in between, alone. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// Nobody waits for a batch to fill: whoever gets the device takes over the steps that wait for it, after a pause of a fraction of a run for those who are just
/// about to ask for theirs. An answer may join and leave at every token.
/// </para>
/// <para>
/// A run needs the keys and values of its sequences side by side. So those of a sequence with company are copied into a slot of shared buffers, and what was added
/// there is copied back when it is alone again or at its end. Rows between the slots of a run that take no part write one position behind their sequence's
/// last, which the next step there overwrites.
/// </para>
/// </remarks>
internal sealed class StepSharing : IDisposable
{
    /// <summary>Larger buffers are not kept while nobody decodes.</summary>
    private const long KeptBytes = 64L << 20;

    /// <summary>How long others are waited for, as a part of a usual run.</summary>
    private const double PauseOfRun = 0.25;

    private static readonly long ShortestPause = Stopwatch.Frequency / 20_000;
    private static readonly long LongestPause = Stopwatch.Frequency / 50;

    private readonly LanguageDecoder _decoder;
    private readonly int _sequencesAtMost;
    private readonly long _maximumBytes;

    // What lies in the slots, and who has them.
    private readonly Lock _memory = new();
    private readonly SharedStep?[] _owners;
    private readonly Dictionary<(int First, int Count), OrtIoBinding> _bindings = [];
    private readonly List<OrtValue> _values = [];
    private KeyValueBuffers? _caches;

    // Of whoever has the device.
    private readonly List<SharedStep> _steps = [];
    private NativeBuffer<float>? _embeddings;
    private NativeBuffer<float>? _hidden;
    private NativeBuffer<float>? _logits;
    private NativeBuffer<int>? _sequenceLengths;
    private NativeBuffer<int>? _total;
    private NativeBuffer<int>? _row;
    private long _usualRun;

    // Of several requests: none of them ends a run half-way.
    private readonly RunOptions _options = new();

    private int _sequences;
    private long _sharedRuns;
    private long _sharedSteps;

    /// <param name="decoder">Runs the graph; outlives this object.</param>
    /// <param name="maximum">Sequences of a run at most; below 2 nothing is shared.</param>
    /// <param name="maximumBytes">What the shared buffers may take.</param>
    public StepSharing(LanguageDecoder decoder, int maximum, long maximumBytes)
    {
        _decoder = decoder;
        _sequencesAtMost = maximum;
        _maximumBytes = maximumBytes;
        _owners = new SharedStep?[Math.Max(1, maximum)];
    }

    // Asked of the graph, so not before it is loaded.
    private int Maximum => _decoder.CanShareRuns ? _sequencesAtMost : 1;

    /// <summary>Runs that made steps of several sequences.</summary>
    public long SharedRuns => Interlocked.Read(ref _sharedRuns);

    /// <summary>Steps that were made in them.</summary>
    public long SharedSteps => Interlocked.Read(ref _sharedSteps);

    /// <summary>Sequences that the shared buffers have room for at the moment.</summary>
    public int Slots
    {
        get
        {
            lock (_memory)
            {
                return _caches?.Sequences ?? 0;
            }
        }
    }

    /// <summary>Says that a sequence is being decoded until the result is disposed, which brings all its positions into its own buffers.</summary>
    public Sequence Begin(DecodingState state) => new(this, state);

    public void Dispose()
    {
        lock (_memory)
        {
            Free();
        }

        _embeddings?.Dispose();
        _hidden?.Dispose();
        _logits?.Dispose();
        _sequenceLengths?.Dispose();
        _total?.Dispose();
        _row?.Dispose();
        _options.Dispose();
    }

    private void Step(SharedStep own, RunGuard guard)
    {
        if (guard.TakeDevice(own) is { } turn)
        {
            using (turn)
            {
                if (Lead(own, turn.Lane))
                {
                    return;
                }

                Leave(own);
                own.State.Step(own.Token, guard);
            }
        }
        else if (own.IsLeftOut)
        {
            Leave(own);
            using (guard.TakeDevice())
            {
                own.State.Step(own.Token, guard);
            }
        }
    }

    /// <summary>Makes a step along with those that wait; false where it has to be made alone.</summary>
    private bool Lead(SharedStep own, DeviceLane lane)
    {
        WaitForOthers(lane);
        _steps.Clear();
        _steps.Add(own);
        own.IsLeftOut = false;
        lane.TakeOver(_steps, Maximum);
        try
        {
            if (_steps.Count == 1 && own.Slot < 0)
            {
                return false;
            }

            lock (_memory)
            {
                Place();
            }

            if (_steps.Exists(static step => !step.IsLeftOut))
            {
                Run();
            }

            return !own.IsLeftOut;
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or OutOfMemoryException)
        {
            // Whatever it was, it is found out alone whose it is.
            LeaveOut(static _ => true);
            return false;
        }
        finally
        {
            lane.Made();
        }
    }

    /// <summary>Those who have just had their last token are about to ask for the next.</summary>
    private void WaitForOthers(DeviceLane lane)
    {
        int others = Math.Min(Volatile.Read(ref _sequences), Maximum) - 1;
        if (lane.WaitingSteps >= others)
        {
            return;
        }

        long until = Stopwatch.GetTimestamp() + Math.Clamp((long)(_usualRun * PauseOfRun), ShortestPause, LongestPause);
        SpinWait spinner = default;
        while (lane.WaitingSteps < Math.Min(Volatile.Read(ref _sequences), Maximum) - 1 && Stopwatch.GetTimestamp() < until)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>Gives every step of the run a slot, as far down as there is room; leaves out what finds none.</summary>
    private void Place()
    {
        int slots = _caches?.Sequences ?? 0;
        int capacity = _caches?.Capacity ?? 0;
        int taken = 0;
        foreach (SharedStep? owner in _owners)
        {
            taken += owner is null ? 0 : 1;
        }

        foreach (SharedStep step in _steps)
        {
            capacity = Math.Max(capacity, step.State.Cache.Capacity + 1);
            taken += step.Slot < 0 ? 1 : 0;
        }

        int room = (int)Math.Min(Maximum, _maximumBytes / (capacity * _decoder.BytesPerPosition));
        int wanted = Math.Min(room, Math.Max(slots, taken));
        if (_caches is null || capacity > _caches.Capacity || wanted > slots)
        {
            if (wanted < slots)
            {
                // Longer sequences than before, and no room for them beside the others.
                LeaveOut(static step => step.Slot < 0);
                return;
            }

            _caches = Grown(wanted, capacity);
        }

        // From the top down, so that what moves finds what was left below.
        _steps.Sort(static (left, right) => right.Slot.CompareTo(left.Slot));
        foreach (SharedStep step in _steps)
        {
            int free = Array.IndexOf(_owners, null, 0, _caches.Sequences);
            if (step.Slot < 0)
            {
                step.IsLeftOut = free < 0;
                if (free >= 0)
                {
                    int length = step.State.Cache.Tokens.Count;
                    _caches.Copy(step.State.Cache.Buffers, 0, free, 0, length);
                    step.OwnPositions = length;
                    Take(step, free);
                }
            }
            else if (free >= 0 && free < step.Slot)
            {
                // Slots that nobody has would be run for nothing.
                int from = step.Slot;
                _caches.Copy(_caches, from, free, 0, step.State.Cache.Tokens.Count);
                _owners[from] = null;
                Take(step, free);
            }
        }

        void Take(SharedStep step, int slot)
        {
            step.Slot = slot;
            _owners[slot] = step;
        }
    }

    private void Run()
    {
        (int first, int last) = (int.MaxValue, 0);
        foreach (SharedStep step in _steps)
        {
            if (!step.IsLeftOut)
            {
                (first, last) = (Math.Min(first, step.Slot), Math.Max(last, step.Slot));
            }
        }

        int count = last - first + 1;
        int width = _decoder.Specification.HiddenSize;
        OrtIoBinding binding = BindingOf(first, count);
        for (int slot = first; slot <= last; slot++)
        {
            // One that has just left may grow elsewhere: its row is run for nothing, at whatever position of the slot.
            _sequenceLengths!.Span[slot - first] = _owners[slot]?.State.Cache.Tokens.Count ?? 0;
        }

        foreach (SharedStep step in _steps)
        {
            if (!step.IsLeftOut)
            {
                int row = step.Slot - first;
                _decoder.Embeddings.Read(step.Token, _embeddings!.Slice((long)row * width, width));
            }
        }

        _total!.Span[0] = TensorPrimitives.Max<int>(_sequenceLengths!.Span[..count]) + 1;
        long begun = Stopwatch.GetTimestamp();
        _decoder.Run(_options, binding);
        long took = Stopwatch.GetTimestamp() - begun;
        _usualRun = _usualRun == 0 ? took : _usualRun + ((took - _usualRun) / 8);
        int made = 0;
        foreach (SharedStep step in _steps)
        {
            if (!step.IsLeftOut)
            {
                int row = step.Slot - first;
                step.State.Accept(
                    step.Token,
                    _hidden!.Slice((long)row * width, width),
                    _logits!.Slice((long)row * _decoder.Specification.VocabularySize, _decoder.Specification.VocabularySize));
                made++;
            }
        }

        if (made > 1)
        {
            Interlocked.Increment(ref _sharedRuns);
            Interlocked.Add(ref _sharedSteps, made);
        }
    }

    private void LeaveOut(Predicate<SharedStep> meant)
    {
        foreach (SharedStep step in _steps)
        {
            step.IsLeftOut = meant(step);
        }
    }

    /// <summary>Brings what lies in a sequence's slot alone into its own buffers, and gives the slot up.</summary>
    private void Leave(SharedStep step)
    {
        lock (_memory)
        {
            if (step.Slot < 0)
            {
                return;
            }

            step.State.Cache.Buffers.Copy(_caches!, step.Slot, 0, step.OwnPositions, step.State.Cache.Tokens.Count);
            _owners[step.Slot] = null;
            step.Slot = -1;
        }
    }

    private void End(SharedStep step)
    {
        Leave(step);
        if (Interlocked.Decrement(ref _sequences) == 0)
        {
            lock (_memory)
            {
                if (Volatile.Read(ref _sequences) == 0 && _caches is not null && (long)_caches.Sequences * _caches.Capacity * _decoder.BytesPerPosition > KeptBytes)
                {
                    Free();
                }
            }
        }
    }

    /// <summary>Larger buffers with what lies in the slots now; those before are gone.</summary>
    private KeyValueBuffers Grown(int slots, int capacity)
    {
        DecoderSpecification specification = _decoder.Specification;
        _embeddings ??= new NativeBuffer<float>((long)Maximum * specification.HiddenSize);
        _hidden ??= new NativeBuffer<float>((long)Maximum * specification.HiddenSize);
        _logits ??= new NativeBuffer<float>((long)Maximum * specification.VocabularySize);
        _sequenceLengths ??= new NativeBuffer<int>(Maximum);
        _total ??= new NativeBuffer<int>(1);
        _row ??= new NativeBuffer<int>(1);
        KeyValueBuffers caches = _decoder.CreateBuffers(slots, capacity);
        foreach (SharedStep? owner in _owners)
        {
            if (owner is not null)
            {
                caches.Copy(_caches!, owner.Slot, owner.Slot, 0, owner.State.Cache.Tokens.Count);
            }
        }

        Free();
        return caches;
    }

    private OrtIoBinding BindingOf(int first, int count)
    {
        if (!_bindings.TryGetValue((first, count), out OrtIoBinding? binding))
        {
            DecoderSpecification specification = _decoder.Specification;
            binding = _decoder.Bind(
                (layer, kind) => Keep(_caches!.AsTensor(layer, kind, first, count)),
                new DecoderTensors(
                    Keep(_embeddings!.AsTensor(count, 1, specification.HiddenSize)),
                    Keep(_sequenceLengths!.AsTensor(count)),
                    Keep(_total!.AsTensor()),
                    Keep(_row!.AsTensor(1)),
                    Keep(_hidden!.AsTensor(count, 1, specification.HiddenSize)),
                    Keep(_logits!.AsTensor(count, 1, specification.VocabularySize))));
            _bindings.Add((first, count), binding);
        }

        return binding;
    }

    private OrtValue Keep(OrtValue value)
    {
        _values.Add(value);
        return value;
    }

    private void Free()
    {
        foreach (OrtIoBinding binding in _bindings.Values)
        {
            binding.Dispose();
        }

        _bindings.Clear();
        _values.ForEach(value => value.Dispose());
        _values.Clear();
        _caches?.Dispose();
        _caches = null;
    }

    /// <summary>A sequence that is being decoded. Used by one request.</summary>
    internal sealed class Sequence : IDisposable
    {
        private readonly StepSharing? _sharing;
        private readonly SharedStep _step;

        public Sequence(StepSharing sharing, DecodingState state)
        {
            _step = new SharedStep(state);

            // Two of it have to fit.
            if (sharing.Maximum > 1 && 2 * (state.Cache.Capacity + 1L) * sharing._decoder.BytesPerPosition <= sharing._maximumBytes)
            {
                _sharing = sharing;
                Interlocked.Increment(ref sharing._sequences);
            }
        }

        /// <summary>Answers that are being decoded and could share a run, this one among them.</summary>
        public int Company => _sharing is null ? 1 : Math.Min(Volatile.Read(ref _sharing._sequences), _sharing.Maximum);

        /// <summary>Whether it has a place in the shared buffers.</summary>
        public bool IsShared => _step.Slot >= 0;

        /// <summary>Feeds one token, along with those of other sequences where they are there.</summary>
        public void Step(int token, RunGuard guard)
        {
            _step.Token = token;
            _sharing!.Step(_step, guard);
        }

        /// <summary>Makes sure that all positions are in the sequence's own buffers, to go on alone.</summary>
        public void Leave() => _sharing?.Leave(_step);

        public void Dispose() => _sharing?.End(_step);
    }
}
