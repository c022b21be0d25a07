using System.Numerics.Tensors;
using MGLMM.Runtime.Bundles;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// A sequence in the decoder: its KV cache, and the fixed buffers and bindings of a step of one or a few tokens, so that decoding
/// allocates nothing per token. Used by one request at a time; kept between requests for the positions that it holds.
/// </summary>
internal sealed class DecodingState : IDisposable
{
    private readonly LanguageDecoder _decoder;
    private readonly NativeBuffer<float> _embeddings;
    private readonly NativeBuffer<float> _hidden;
    private readonly NativeBuffer<float> _logits;
    private readonly NativeBuffer<int> _lengths = new(1);
    private readonly NativeBuffer<int> _total = new(1);
    private readonly NativeBuffer<int> _positions;
    private readonly OrtValue _lengthsValue;
    private readonly OrtValue _totalValue;
    private readonly StepBinding?[] _steps;
    private int _rows;

    /// <param name="decoder">Runs the graph; outlives this state.</param>
    /// <param name="cache">Owned by this state from now on.</param>
    /// <param name="maximumStep">Tokens of the largest step.</param>
    public DecodingState(LanguageDecoder decoder, KeyValueCache cache, int maximumStep)
    {
        _decoder = decoder;
        Cache = cache;
        DecoderSpecification specification = decoder.Specification;
        _embeddings = new NativeBuffer<float>((long)maximumStep * specification.HiddenSize);
        _hidden = new NativeBuffer<float>((long)maximumStep * specification.HiddenSize);
        _logits = new NativeBuffer<float>((long)maximumStep * specification.VocabularySize);
        _positions = new NativeBuffer<int>(maximumStep);
        for (int row = 0; row < maximumStep; row++)
        {
            _positions.Span[row] = row;
        }

        _lengthsValue = _lengths.AsTensor(1);
        _totalValue = _total.AsTensor();
        _steps = new StepBinding?[maximumStep + 1];
    }

    /// <summary>Keys and values, and the tokens that they stand for.</summary>
    public KeyValueCache Cache { get; }

    /// <summary>Tokens of the largest step.</summary>
    public int MaximumStep => _steps.Length - 1;

    /// <summary>Bytes that keeping this state costs.</summary>
    public long Bytes => Cache.Bytes + _embeddings.Bytes + _hidden.Bytes + _logits.Bytes;

    /// <summary>The final-norm hidden state of the last position that was run: [hidden size].</summary>
    public ReadOnlySpan<float> Hidden => HiddenOf(_rows - 1);

    /// <summary>The logits of the last position that was run: [vocabulary].</summary>
    public ReadOnlySpan<float> Logits => LogitsOf(_rows - 1);

    /// <summary>The most likely token after the last position that was run.</summary>
    public int NextToken => NextTokenOf(_rows - 1);

    /// <summary>The final-norm hidden state of a row of the last step: [hidden size].</summary>
    public ReadOnlySpan<float> HiddenOf(int row) => _hidden.Slice((long)row * _decoder.Specification.HiddenSize, _decoder.Specification.HiddenSize);

    /// <summary>The logits of a row of the last step: [vocabulary].</summary>
    public ReadOnlySpan<float> LogitsOf(int row) => _logits.Slice((long)row * _decoder.Specification.VocabularySize, _decoder.Specification.VocabularySize);

    /// <summary>The most likely token after a row of the last step; the lowest id among equals.</summary>
    public int NextTokenOf(int row) => TensorPrimitives.IndexOfMax(LogitsOf(row));

    /// <summary>Whether a step of that many tokens was run before, so that it has its bindings.</summary>
    public bool IsPrepared(int tokens) => _steps[tokens] is not null;

    /// <summary>Feeds one token.</summary>
    public void Step(int token, RunGuard guard) => Step([token], guard);

    /// <summary>Feeds up to <see cref="MaximumStep"/> tokens in one run; row k of the results belongs to the k-th of them.</summary>
    public void Step(ReadOnlySpan<int> tokens, RunGuard guard)
    {
        int width = _decoder.Specification.HiddenSize;
        for (int row = 0; row < tokens.Length; row++)
        {
            _decoder.Embeddings.Read(tokens[row], _embeddings.Slice((long)row * width, width));
        }

        SetLength(Cache.Tokens.Count + tokens.Length);
        StepBinding step = _steps[tokens.Length] ??= CreateStep(tokens.Length);
        _decoder.Run(guard, step.Binding);
        _rows = tokens.Length;
        foreach (int token in tokens)
        {
            Cache.Tokens.Add(token);
        }
    }

    /// <summary>Takes over what a run elsewhere gave for one token, whose keys and values it wrote elsewhere too.</summary>
    public void Accept(int token, ReadOnlySpan<float> hidden, ReadOnlySpan<float> logits)
    {
        hidden.CopyTo(_hidden.Slice(0, hidden.Length));
        logits.CopyTo(_logits.Slice(0, logits.Length));
        _rows = 1;
        Cache.Tokens.Add(token);
    }

    /// <summary>
    /// Feeds, in one run, the next part of a sequence that the cache does not hold yet; call it until nothing is left.
    /// </summary>
    /// <param name="sequence">The whole sequence; its beginning is what the cache holds.</param>
    /// <param name="placeholder">The id that stands for an image token.</param>
    /// <param name="imageTokens">Projected image tokens [count, hidden size]; the k-th placeholder takes row k. May be empty where none is fed.</param>
    /// <param name="chunk">Positions of the run at most.</param>
    /// <param name="guard">Ends a run when the request is cancelled.</param>
    /// <param name="onHidden">If given, told of the run's first position and hidden states [count, hidden size].</param>
    /// <param name="regions">Rows [hidden size] of the positions that hold a box, by what stands for the box in the sequence; null where none is fed.</param>
    /// <returns>Whether positions are left.</returns>
    public bool Prefill(
        ReadOnlySpan<int> sequence,
        int placeholder,
        ReadOnlySpan<float> imageTokens,
        int chunk,
        RunGuard guard,
        HiddenStatesObserver? onHidden = null,
        IReadOnlyDictionary<int, float[]>? regions = null)
    {
        int width = _decoder.Specification.HiddenSize;
        int imageIndex = sequence[..Cache.Tokens.Count].Count(placeholder);
        int start = Cache.Tokens.Count;
        int count = Math.Min(chunk, sequence.Length - start);
        using NativeBuffer<float> embeddings = new((long)count * width);
        using NativeBuffer<float> hidden = new((long)count * width);
        for (int index = 0; index < count; index++)
        {
            Span<float> row = embeddings.Slice((long)index * width, width);
            if (sequence[start + index] == placeholder)
            {
                imageTokens.Slice(imageIndex++ * width, width).CopyTo(row);
            }
            else if (RegionPosition.Is(sequence[start + index]))
            {
                regions![sequence[start + index]].CopyTo(row);
            }
            else
            {
                _decoder.Embeddings.Read(sequence[start + index], row);
            }
        }

        // Only the last row's logits are wanted: they are what the next token is read from.
        using NativeBuffer<int> last = new(1);
        last.Span[0] = count - 1;
        using OrtValue embeddingsValue = embeddings.AsTensor(1, count, width);
        using OrtValue hiddenValue = hidden.AsTensor(1, count, width);
        using OrtValue positionValue = last.AsTensor(1);
        using OrtValue logitsValue = _logits.AsTensor(1, 1, _decoder.Specification.VocabularySize);
        using OrtIoBinding binding = _decoder.Bind(Cache.Value, new DecoderTensors(embeddingsValue, _lengthsValue, _totalValue, positionValue, hiddenValue, logitsValue));
        SetLength(start + count);
        _decoder.Run(guard, binding);
        foreach (int token in sequence.Slice(start, count))
        {
            Cache.Tokens.Add(token);
        }

        hidden.Slice((long)(count - 1) * width, width).CopyTo(_hidden.Slice(0, width));
        _rows = 1;
        onHidden?.Invoke(start, hidden.Span);
        return Cache.Tokens.Count < sequence.Length;
    }

    public void Dispose()
    {
        foreach (StepBinding? step in _steps)
        {
            step?.Dispose();
        }

        _lengthsValue.Dispose();
        _totalValue.Dispose();
        _embeddings.Dispose();
        _hidden.Dispose();
        _logits.Dispose();
        _lengths.Dispose();
        _total.Dispose();
        _positions.Dispose();
        Cache.Dispose();
    }

    private StepBinding CreateStep(int count)
    {
        DecoderSpecification specification = _decoder.Specification;
        OrtValue[] values =
        [
            _embeddings.AsTensor(1, count, specification.HiddenSize),
            _positions.AsTensor(count),
            _hidden.AsTensor(1, count, specification.HiddenSize),
            _logits.AsTensor(1, count, specification.VocabularySize),
        ];
        return new StepBinding(_decoder.Bind(Cache.Value, new DecoderTensors(values[0], _lengthsValue, _totalValue, values[1], values[2], values[3])), values);
    }

    private void SetLength(int total)
    {
        _lengths.Span[0] = total - 1;
        _total.Span[0] = total;
    }

    /// <summary>Inputs and outputs of a step of a certain size, bound once.</summary>
    private sealed record StepBinding(OrtIoBinding Binding, OrtValue[] Values) : IDisposable
    {
        public void Dispose()
        {
            Binding.Dispose();
            foreach (OrtValue value in Values)
            {
                value.Dispose();
            }
        }
    }
}

/// <summary>Receives the final-norm hidden states [count, hidden size] of the positions from <paramref name="start"/> on.</summary>
internal delegate void HiddenStatesObserver(int start, ReadOnlySpan<float> hiddenStates);
