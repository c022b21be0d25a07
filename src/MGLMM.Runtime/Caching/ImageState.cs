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

    private readonly Lock _sync = new();
    private readonly List<DecodingState> _idle = [];
    private readonly List<DecodingState> _busy = [];
    private readonly List<int[]> _transcripts = [];
    private float[]? _tokens;
    private float[]? _embedding;

    /// <summary>The picture's content hash.</summary>
    public string Key { get; } = key;

    /// <summary>Held while tokens or embedding are computed, so that they are computed once.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Projected image tokens, if they are there.</summary>
    public float[]? Tokens
    {
        get => Volatile.Read(ref _tokens);
        set => Volatile.Write(ref _tokens, value);
    }

    /// <summary>The grounding embedding, if it is there.</summary>
    public float[]? Embedding
    {
        get => Volatile.Read(ref _embedding);
        set => Volatile.Write(ref _embedding, value);
    }

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

    /// <summary>Bytes that <see cref="Clear"/> would free.</summary>
    public long IdleBytes
    {
        get
        {
            lock (_sync)
            {
                return ((Tokens?.Length ?? 0) * 4L) + ((Embedding?.Length ?? 0) * 4L) + _idle.Sum(state => state.Bytes) + _transcripts.Sum(transcript => transcript.Length * 4L);
            }
        }
    }

    /// <summary>
    /// Takes a decoder state for a sequence, with as much of its beginning in place as can be had: an idle state is rewound to
    /// what it shares with the sequence; where all are busy, the shared picture is copied out of one.
    /// </summary>
    /// <param name="decoder">Makes new states.</param>
    /// <param name="sequence">Every position of the prompt.</param>
    /// <param name="sharedLength">How many first positions every prompt about this picture begins with.</param>
    /// <param name="capacity">Positions that the state must have room for.</param>
    public DecodingState Take(LanguageDecoder decoder, ReadOnlySpan<int> sequence, int sharedLength, int capacity)
    {
        lock (_sync)
        {
            var chosen = Choose(sequence, sharedLength);
            DecodingState state;
            if (chosen is not null && chosen.Cache.Capacity >= capacity)
            {
                _idle.Remove(chosen);
                state = chosen;
            }
            else
            {
                state = decoder.CreateState(capacity);
                var source = chosen ?? FindBusy(sequence, sharedLength);
                if (source is not null)
                {
                    var length = ReferenceEquals(source, chosen) ? source.Cache.CommonPrefix(sequence) : sharedLength;
                    state.Cache.TryCopyPrefix(source.Cache, length);
                }

                if (chosen is not null)
                {
                    _idle.Remove(chosen);
                    chosen.Dispose();
                }
            }

            // At least one position must run, for its logits.
            state.Cache.Rewind(Math.Min(state.Cache.CommonPrefix(sequence), sequence.Length - 1));
            _busy.Add(state);
            return state;
        }
    }

    /// <summary>Puts a state back for later requests.</summary>
    public void Return(DecodingState state)
    {
        lock (_sync)
        {
            _busy.Remove(state);
            _idle.Add(state);
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

    /// <summary>Drops everything that nobody uses.</summary>
    public void Clear()
    {
        lock (_sync)
        {
            Tokens = null;
            Embedding = null;
            _idle.ForEach(state => state.Dispose());
            _idle.Clear();
            _transcripts.Clear();
        }
    }

    private DecodingState? FindBusy(ReadOnlySpan<int> sequence, int sharedLength)
    {
        foreach (var state in _busy)
        {
            if (state.Cache.CommonPrefix(sequence) >= sharedLength)
            {
                return state;
            }
        }

        return null;
    }

    /// <summary>The idle state that shares most with the sequence; among those that share the picture only, the one with least to lose.</summary>
    private DecodingState? Choose(ReadOnlySpan<int> sequence, int sharedLength)
    {
        DecodingState? best = null;
        var bestLength = 0;
        foreach (var state in _idle)
        {
            var length = Math.Max(sharedLength, state.Cache.CommonPrefix(sequence));
            if (best is null || length > bestLength || (length == bestLength && state.Cache.Tokens.Count < best.Cache.Tokens.Count))
            {
                best = state;
                bestLength = length;
            }
        }

        return best;
    }
}
