using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// A sequence in the decoder: its KV cache, and the fixed buffers and bindings of a one-token step, so that decoding allocates
/// nothing per token. Used by one request at a time; kept between requests for the positions that it holds.
/// </summary>
internal sealed class DecodingState : IDisposable
{
    private readonly LanguageDecoder _decoder;
    private readonly NativeBuffer<float> _stepEmbedding;
    private readonly NativeBuffer<float> _stepHidden;
    private readonly NativeBuffer<float> _stepLogits;
    private readonly NativeBuffer<int> _lengths = new(2);
    private readonly NativeBuffer<int> _total = new(1);
    private readonly NativeBuffer<int> _stepPosition = new(1);
    private readonly OrtValue[] _stepValues;
    private readonly OrtValue _lengthsValue;
    private readonly OrtValue _totalValue;
    private readonly OrtIoBinding _stepBinding;

    public DecodingState(LanguageDecoder decoder, KeyValueCache cache)
    {
        _decoder = decoder;
        Cache = cache;
        var specification = decoder.Specification;
        _stepEmbedding = new NativeBuffer<float>(specification.HiddenSize);
        _stepHidden = new NativeBuffer<float>(specification.HiddenSize);
        _stepLogits = new NativeBuffer<float>(specification.VocabularySize);
        _lengthsValue = _lengths.AsTensor(1);
        _totalValue = _total.AsTensor();
        _stepValues =
        [
            _stepEmbedding.AsTensor(1, 1, specification.HiddenSize),
            _stepPosition.AsTensor(1),
            _stepHidden.AsTensor(1, 1, specification.HiddenSize),
            _stepLogits.AsTensor(1, 1, specification.VocabularySize),
        ];
        _stepBinding = decoder.Bind(cache);
        Bind(_stepBinding, _stepValues[0], _stepValues[1], _stepValues[2], _stepValues[3]);
    }

    /// <summary>Keys and values, and the tokens that they stand for.</summary>
    public KeyValueCache Cache { get; }

    /// <summary>Bytes that keeping this state costs.</summary>
    public long Bytes => Cache.Bytes + _stepEmbedding.Bytes + _stepHidden.Bytes + _stepLogits.Bytes;

    /// <summary>The final-norm hidden state of the last position that was run: [hidden size].</summary>
    public ReadOnlySpan<float> Hidden => _stepHidden.Span;

    /// <summary>The logits of the last position that was run: [vocabulary].</summary>
    public ReadOnlySpan<float> Logits => _stepLogits.Span;

    /// <summary>The most likely next token; the lowest id among equals.</summary>
    public int NextToken => TensorPrimitives.IndexOfMax(Logits);

    /// <summary>Feeds one token.</summary>
    public void Step(int token, RunGuard guard)
    {
        _decoder.Embeddings.Read(token, _stepEmbedding.Span);
        SetLength(Cache.Tokens.Count + 1);
        _decoder.Run(guard, _stepBinding);
        Cache.Tokens.Add(token);
    }

    /// <summary>
    /// Feeds the part of a sequence that the cache does not hold yet, in chunks.
    /// </summary>
    /// <param name="sequence">The whole sequence; its beginning is what the cache holds.</param>
    /// <param name="placeholder">The id that stands for an image token.</param>
    /// <param name="imageTokens">Projected image tokens [count, hidden size]; the k-th placeholder takes row k. May be empty where none is fed.</param>
    /// <param name="chunk">Positions per run.</param>
    /// <param name="guard">Ends a run when the request is cancelled.</param>
    /// <param name="onHidden">If given, told of each run's first position and hidden states [count, hidden size].</param>
    public void Prefill(
        ReadOnlySpan<int> sequence, int placeholder, ReadOnlySpan<float> imageTokens, int chunk, RunGuard guard, HiddenStatesObserver? onHidden = null)
    {
        var width = _decoder.Specification.HiddenSize;
        var imageIndex = sequence[..Cache.Tokens.Count].Count(placeholder);
        while (Cache.Tokens.Count < sequence.Length)
        {
            var start = Cache.Tokens.Count;
            var count = Math.Min(chunk, sequence.Length - start);
            using var embeddings = new NativeBuffer<float>((long)count * width);
            using var hidden = new NativeBuffer<float>((long)count * width);
            for (var index = 0; index < count; index++)
            {
                var row = embeddings.Slice((long)index * width, width);
                if (sequence[start + index] == placeholder)
                {
                    imageTokens.Slice(imageIndex++ * width, width).CopyTo(row);
                }
                else
                {
                    _decoder.Embeddings.Read(sequence[start + index], row);
                }
            }

            using var embeddingsValue = embeddings.AsTensor(1, count, width);
            using var hiddenValue = hidden.AsTensor(1, count, width);
            using var binding = _decoder.Bind(Cache);
            SetLength(start + count);
            _stepPosition.Span[0] = count - 1;
            try
            {
                Bind(binding, embeddingsValue, _stepValues[1], hiddenValue, _stepValues[3]);
                _decoder.Run(guard, binding);
            }
            finally
            {
                _stepPosition.Span[0] = 0;
            }

            foreach (var token in sequence.Slice(start, count))
            {
                Cache.Tokens.Add(token);
            }

            hidden.Slice((long)(count - 1) * width, width).CopyTo(_stepHidden.Span);
            onHidden?.Invoke(start, hidden.Span);
        }
    }

    public void Dispose()
    {
        _stepBinding.Dispose();
        foreach (var value in _stepValues)
        {
            value.Dispose();
        }

        _lengthsValue.Dispose();
        _totalValue.Dispose();
        _stepEmbedding.Dispose();
        _stepHidden.Dispose();
        _stepLogits.Dispose();
        _lengths.Dispose();
        _total.Dispose();
        _stepPosition.Dispose();
        Cache.Dispose();
    }

    private void SetLength(int total)
    {
        _lengths.Span[0] = total - 1;
        _total.Span[0] = total;
    }

    private void Bind(OrtIoBinding binding, OrtValue embeddings, OrtValue position, OrtValue hidden, OrtValue logits)
    {
        binding.BindInput("inputs_embeds", embeddings);
        binding.BindInput("seqlens_k", _lengthsValue);
        binding.BindInput("total_sequence_length", _totalValue);
        binding.BindInput("logits_positions", position);
        binding.BindOutput("hidden_states", hidden);
        binding.BindOutput("logits", logits);
    }
}

/// <summary>Receives the final-norm hidden states [count, hidden size] of the positions from <paramref name="start"/> on.</summary>
internal delegate void HiddenStatesObserver(int start, ReadOnlySpan<float> hiddenStates);
