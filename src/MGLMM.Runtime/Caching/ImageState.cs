using MGLMM.Runtime.Inference;

namespace MGLMM.Runtime.Caching;

/// <summary>
/// What one picture has cost so far: its image tokens, its grounding embedding, and decoder states whose first positions hold
/// the picture. Everything can be computed again, so everything may be dropped while it is idle. Thread-safe.
/// </summary>
internal sealed class ImageState(string key)
{
    /// <summary>Enough for a long session on one picture; a longer memory would only slow the search.</summary>
    private const int MaximumTranscripts = 24;

    /// <summary>A state with more than this beyond what is shared holds a dialogue worth keeping.</summary>
    private const int DialogueTokens = 48;

    private readonly Lock _sync = new();
    private readonly List<Slot> _slots = [];
    private readonly List<int[]> _transcripts = [];

    /// <summary>The picture's content hash.</summary>
    public string Key { get; } = key;

    /// <summary>Held by the first request while it runs the picture's own positions, which the others then copy.</summary>
    public SemaphoreSlim PrefillGate { get; } = new(1, 1);

    /// <summary>Projected image tokens.</summary>
    public KeptEncoding Tokens { get; } = new();

    /// <summary>The grounding embedding.</summary>
    public KeptEncoding Embedding { get; } = new();

    /// <summary>Hidden states of the global encoder that the region encoder starts from; dropped once the pyramid is made of them.</summary>
    public KeptEncoding RegionLevels { get; } = new();

    /// <summary>The region encoder's pyramid.</summary>
    public KeptEncoding RegionPyramid { get; } = new();

    /// <summary>The boxes that were asked about.</summary>
    public RegionTable Regions { get; } = new();

    /// <summary>What was asked and answered about this picture lately, oldest first: the tokens behind the picture.</summary>
    public int[][] Transcripts
    {
        get
        {
            lock (_sync)
            {
                return [.. _transcripts];
            }
        }
    }

    /// <summary>Whether some decoder state holds the picture's positions, so that another need not run them.</summary>
    public bool HoldsPicture
    {
        get
        {
            lock (_sync)
            {
                return _slots.Exists(slot => slot.HoldsPicture);
            }
        }
    }

    /// <summary>Bytes of idle decoder states.</summary>
    public long IdleStateBytes
    {
        get
        {
            lock (_sync)
            {
                return _slots.Where(slot => slot.IsIdle).Sum(slot => slot.State.Bytes);
            }
        }
    }

    /// <summary>Positions of the longest idle decoder state.</summary>
    public int LongestPositions
    {
        get
        {
            lock (_sync)
            {
                return _slots.Where(slot => slot.IsIdle).Select(slot => slot.State.Cache.Tokens.Count).DefaultIfEmpty().Max();
            }
        }
    }

    /// <summary>Bytes of the encoders' results and the transcripts.</summary>
    public long EncodingBytes
    {
        get
        {
            lock (_sync)
            {
                return Tokens.Bytes + Embedding.Bytes + RegionLevels.Bytes + RegionPyramid.Bytes + Regions.Bytes + _transcripts.Sum(transcript => 4L * transcript.Length);
            }
        }
    }

    /// <summary>
    /// Takes a decoder state for a sequence, with as much of its beginning in place as can be had. An idle state is rewound
    /// to what it shares with the sequence. Where that would throw away another dialogue, and there is room, and where all
    /// states are busy, the shared part is copied instead.
    /// </summary>
    /// <param name="decoder">Makes new states.</param>
    /// <param name="sequence">Every position of the prompt.</param>
    /// <param name="sharedLength">How many first positions every prompt about this picture begins with.</param>
    /// <param name="capacity">Positions that the state must have room for.</param>
    /// <param name="room">Bytes that another idle state may take.</param>
    public DecodingState Take(LanguageDecoder decoder, ReadOnlySpan<int> sequence, int sharedLength, int capacity, long room)
    {
        Slot? source;
        int length;
        bool inPlace;
        lock (_sync)
        {
            (source, length) = Choose(sequence, sharedLength);
            inPlace = source is { IsIdle: true, Pins: 0 }
                && source.State.Cache.Capacity >= capacity
                && (source.State.Cache.Tokens.Count <= length + DialogueTokens || source.State.Bytes > room || !decoder.CanCopyCaches);
            if (source is not null)
            {
                source.Pins++;
                source.Busy |= inPlace;
            }
        }

        // Buffers of gigabytes may be allocated and copied here: not under the lock.
        try
        {
            if (inPlace)
            {
                source!.State.Cache.Rewind(Math.Min(length, sequence.Length - 1));
                return source.State;
            }

            DecodingState state = decoder.CreateState(source is null ? capacity : decoder.GrownCapacity(source.State.Cache.Capacity, capacity));
            try
            {
                if (source is not null)
                {
                    state.Cache.TryCopyPrefix(source.State.Cache, sequence[..Math.Min(length, sequence.Length - 1)]);
                }
            }
            catch
            {
                state.Dispose();
                throw;
            }

            lock (_sync)
            {
                _slots.Add(new Slot(state) { Busy = true, HoldsPicture = state.Cache.Tokens.Count >= sharedLength });
            }

            return state;
        }
        finally
        {
            if (source is not null)
            {
                lock (_sync)
                {
                    source.Pins--;

                    // Outgrown by its own dialogue: the larger copy has taken its place.
                    if (!inPlace && source.IsIdle && source.Pins == 0 && source.State.Cache.Tokens.Count <= length + DialogueTokens)
                    {
                        _slots.Remove(source);
                        source.State.Dispose();
                    }
                }
            }
        }
    }

    /// <summary>Says that a state now holds the picture's positions, so that others may copy them while it works on.</summary>
    public void PictureIsIn(DecodingState state)
    {
        lock (_sync)
        {
            _slots.Find(slot => slot.State == state)!.HoldsPicture = true;
        }
    }

    /// <summary>Puts a state back for later requests.</summary>
    public void Return(DecodingState state)
    {
        lock (_sync)
        {
            _slots.Find(slot => slot.State == state)!.Busy = false;
        }
    }

    /// <summary>Keeps what was asked and answered, for drafts of later answers.</summary>
    public void Remember(int[] transcript)
    {
        lock (_sync)
        {
            if (_transcripts.Count == MaximumTranscripts)
            {
                _transcripts.RemoveAt(0);
            }

            _transcripts.Add(transcript);
        }
    }

    /// <summary>Drops idle decoder states.</summary>
    public void ClearStates()
    {
        lock (_sync)
        {
            foreach (Slot? slot in _slots.Where(slot => slot is { IsIdle: true, Pins: 0 }).ToList())
            {
                _slots.Remove(slot);
                slot.State.Dispose();
            }
        }
    }

    /// <summary>Drops the encoders' results and the transcripts.</summary>
    public void ClearEncodings()
    {
        lock (_sync)
        {
            Tokens.Drop();
            Embedding.Drop();
            RegionLevels.Drop();
            RegionPyramid.Drop();
            Regions.DropFeatures();
            _transcripts.Clear();
        }
    }

    /// <summary>
    /// The state that has most of the sequence, and how much: idle ones by their tokens (the one with least to lose among
    /// equals), busy ones by the picture alone, because their other positions may change.
    /// </summary>
    private (Slot? Slot, int Length) Choose(ReadOnlySpan<int> sequence, int sharedLength)
    {
        Slot? best = null;
        int bestLength = 0;
        foreach (Slot slot in _slots)
        {
            int length = slot.IsIdle ? slot.State.Cache.CommonPrefix(sequence) : slot.HoldsPicture ? sharedLength : 0;
            bool better = length > bestLength
                || (length == bestLength && best is not null && slot.IsIdle && (!best.IsIdle || slot.State.Cache.Tokens.Count < best.State.Cache.Tokens.Count));
            if (better || (best is null && slot.IsIdle))
            {
                best = slot;
                bestLength = length;
            }
        }

        return (best, bestLength);
    }

    private sealed class Slot(DecodingState state)
    {
        public DecodingState State { get; } = state;

        public bool Busy { get; set; }

        public bool IsIdle => !Busy;

        /// <summary>Whether the picture's positions are in; they stay as long as the state lives.</summary>
        public bool HoldsPicture { get; set; }

        /// <summary>Requests that copy from the state at the moment, which therefore may not go.</summary>
        public int Pins { get; set; }
    }
}
