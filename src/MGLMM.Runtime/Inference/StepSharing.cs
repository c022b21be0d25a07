using System.Diagnostics;
using System.Runtime.InteropServices;
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
    private readonly int _maximum;
    private readonly long _maximumBytes;

    // What lies in the slots, and who has them.
    private readonly Lock _memory = new();
    private readonly SharedStep?[] _owners;
    private readonly int[] _lengths;
    private readonly Dictionary<(int First, int Count), OrtIoBinding> _bindings = [];
    private readonly List<OrtValue> _values = [];
    private INativeBuffer[]? _caches;
    private int _slots;
    private int _capacity;

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
        _maximum = decoder.CanShareRuns ? maximum : 1;
        _maximumBytes = maximumBytes;
        _owners = new SharedStep?[Math.Max(1, maximum)];
        _lengths = new int[_owners.Length];
    }

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
                return _slots;
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
        lane.TakeOver(_steps, _maximum);
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
        int others = Math.Min(Volatile.Read(ref _sequences), _maximum) - 1;
        if (lane.WaitingSteps >= others)
        {
            return;
        }

        long until = Stopwatch.GetTimestamp() + Math.Clamp((long)(_usualRun * PauseOfRun), ShortestPause, LongestPause);
        SpinWait spinner = default;
        while (lane.WaitingSteps < Math.Min(Volatile.Read(ref _sequences), _maximum) - 1 && Stopwatch.GetTimestamp() < until)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>Gives every step of the run a slot, as far down as there is room; leaves out what finds none.</summary>
    private void Place()
    {
        int capacity = _capacity;
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

        int room = (int)Math.Min(_maximum, _maximumBytes / (capacity * _decoder.BytesPerPosition));
        int wanted = Math.Min(room, Math.Max(_slots, taken));
        if (capacity > _capacity || wanted > _slots)
        {
            if (wanted < _slots)
            {
                // Longer sequences than before, and no room for them beside the others.
                LeaveOut(static step => step.Slot < 0);
                return;
            }

            Grow(wanted, capacity);
        }

        // From the top down, so that what moves finds what was left below.
        _steps.Sort(static (left, right) => right.Slot.CompareTo(left.Slot));
        foreach (SharedStep step in _steps)
        {
            int free = Array.IndexOf(_owners, null, 0, _slots);
            if (step.Slot < 0)
            {
                step.IsLeftOut = free < 0;
                if (free >= 0)
                {
                    int length = step.State.Cache.Tokens.Count;
                    CopyPositions(step.State.Cache.Buffers, 0, step.State.Cache.Capacity, _caches!, free, _capacity, 0, length);
                    step.OwnPositions = length;
                    Take(step, free);
                }
            }
            else if (free >= 0 && free < step.Slot)
            {
                // Slots that nobody has would be run for nothing.
                int from = step.Slot;
                CopyPositions(_caches!, from, _capacity, _caches!, free, _capacity, 0, step.State.Cache.Tokens.Count);
                _owners[from] = null;
                Take(step, free);
            }
        }

        void Take(SharedStep step, int slot)
        {
            step.Slot = slot;
            _owners[slot] = step;
            _lengths[slot] = step.State.Cache.Tokens.Count;
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
            _sequenceLengths!.Span[slot - first] = _lengths[slot];
        }

        int longest = 0;
        foreach (SharedStep step in _steps)
        {
            if (!step.IsLeftOut)
            {
                int row = step.Slot - first;
                _decoder.Embeddings.Read(step.Token, _embeddings!.Slice((long)row * width, width));
                _sequenceLengths!.Span[row] = step.State.Cache.Tokens.Count;
            }
        }

        foreach (int length in _sequenceLengths!.Span[..count])
        {
            longest = Math.Max(longest, length);
        }

        _total!.Span[0] = longest + 1;
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
                _lengths[step.Slot] = step.State.Cache.Tokens.Count;
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

            CopyPositions(_caches!, step.Slot, _capacity, step.State.Cache.Buffers, 0, step.State.Cache.Capacity, step.OwnPositions, step.State.Cache.Tokens.Count);
            _owners[step.Slot] = null;
            _lengths[step.Slot] = 0;
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
                if (Volatile.Read(ref _sequences) == 0 && _caches is not null && _slots * (long)_capacity * _decoder.BytesPerPosition > KeptBytes)
                {
                    Free();
                }
            }
        }
    }

    private void Grow(int slots, int capacity)
    {
        ReleaseBindings();
        Bundles.DecoderSpecification specification = _decoder.Specification;
        INativeBuffer[] caches = new INativeBuffer[2 * specification.LayerCount];
        try
        {
            for (int index = 0; index < caches.Length; index++)
            {
                caches[index] = _decoder.CreateCacheBuffer((long)slots * specification.KeyValueHeadCount * capacity * specification.HeadSize);
            }
        }
        catch
        {
            foreach (INativeBuffer? buffer in caches)
            {
                buffer?.Dispose();
            }

            throw;
        }

        INativeBuffer[] old = _caches ?? [];
        for (int slot = 0; slot < _slots && _caches is not null; slot++)
        {
            if (_owners[slot] is { } owner)
            {
                CopyPositions(old, slot, _capacity, caches, slot, capacity, 0, owner.State.Cache.Tokens.Count);
            }
        }

        (_caches, _slots, _capacity) = (caches, slots, capacity);
        foreach (INativeBuffer buffer in old)
        {
            buffer.Dispose();
        }

        _embeddings ??= new NativeBuffer<float>((long)_maximum * specification.HiddenSize);
        _hidden ??= new NativeBuffer<float>((long)_maximum * specification.HiddenSize);
        _logits ??= new NativeBuffer<float>((long)_maximum * specification.VocabularySize);
        _sequenceLengths ??= new NativeBuffer<int>(_maximum);
        _total ??= new NativeBuffer<int>(1);
        _row ??= new NativeBuffer<int>(1);
    }

    /// <summary>Copies positions of a sequence between buffers of [slot, head, position, head size].</summary>
    private void CopyPositions(INativeBuffer[] from, int fromSlot, int fromCapacity, INativeBuffer[] to, int toSlot, int toCapacity, int first, int end)
    {
        if (end <= first)
        {
            return;
        }

        (int heads, int size) = (_decoder.Specification.KeyValueHeadCount, _decoder.Specification.HeadSize);
        for (int index = 0; index < from.Length; index++)
        {
            for (int head = 0; head < heads; head++)
            {
                from[index].Slice(((((long)fromSlot * heads) + head) * fromCapacity + first) * size, (long)(end - first) * size)
                    .CopyTo(to[index].Slice(((((long)toSlot * heads) + head) * toCapacity + first) * size, (long)(end - first) * size));
            }
        }
    }

    private OrtIoBinding BindingOf(int first, int count)
    {
        ref OrtIoBinding? binding = ref CollectionsMarshal.GetValueRefOrAddDefault(_bindings, (first, count), out bool known);
        if (known)
        {
            return binding!;
        }

        Bundles.DecoderSpecification specification = _decoder.Specification;
        long start = (long)first * specification.KeyValueHeadCount * _capacity * specification.HeadSize;
        binding = _decoder.Bind((layer, kind) => Keep(_caches![(2 * layer) + kind].AsTensorFrom(start, count, specification.KeyValueHeadCount, _capacity, specification.HeadSize)));
        binding.BindInput("inputs_embeds", Keep(_embeddings!.AsTensor(count, 1, specification.HiddenSize)));
        binding.BindInput("seqlens_k", Keep(_sequenceLengths!.AsTensor(count)));
        binding.BindInput("total_sequence_length", Keep(_total!.AsTensor()));
        binding.BindInput("logits_positions", Keep(_row!.AsTensor(1)));
        binding.BindOutput("hidden_states", Keep(_hidden!.AsTensor(count, 1, specification.HiddenSize)));
        binding.BindOutput("logits", Keep(_logits!.AsTensor(count, 1, specification.VocabularySize)));
        return binding;
    }

    private OrtValue Keep(OrtValue value)
    {
        _values.Add(value);
        return value;
    }

    private void ReleaseBindings()
    {
        foreach (OrtIoBinding binding in _bindings.Values)
        {
            binding.Dispose();
        }

        _bindings.Clear();
        _values.ForEach(value => value.Dispose());
        _values.Clear();
    }

    private void Free()
    {
        ReleaseBindings();
        foreach (INativeBuffer buffer in _caches ?? [])
        {
            buffer.Dispose();
        }

        (_caches, _slots, _capacity) = (null, 0, 0);
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
            if (sharing._maximum > 1 && 2 * (state.Cache.Capacity + 1L) * sharing._decoder.BytesPerPosition <= sharing._maximumBytes)
            {
                _sharing = sharing;
                Interlocked.Increment(ref sharing._sequences);
            }
        }

        /// <summary>Whether other answers are being decoded, with which steps are shared.</summary>
        public bool HasCompany => _sharing is not null && Volatile.Read(ref _sharing._sequences) > 1;

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
