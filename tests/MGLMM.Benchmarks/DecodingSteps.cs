using System.Diagnostics;
using MGLMM.Conversion.Graphs;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Inference;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Benchmarks;

/// <summary>A step of one token for each of some sequences, or of a whole prompt, with and without the head.</summary>
internal sealed class DecodingSteps : IDisposable
{
    private readonly InferenceSession _session;
    private readonly List<IDisposable> _owned = [];
    private readonly RunGuard _guard = new(RequestQueue.Alone(), CancellationToken.None);
    private readonly OrtIoBinding _whole;
    private readonly OrtIoBinding _layers;

    public DecodingSteps(InferenceSession session, DecoderSpecification specification, int count, int positions, int prompt = 1)
    {
        _session = session;
        Count = count;
        int capacity = positions + prompt;
        KeyValueBuffers caches = Own(new KeyValueBuffers(specification, count, capacity, half: false));
        OrtValue[] values = [.. Enumerable.Range(0, 2 * specification.LayerCount).Select(index => Own(caches.AsTensor(index / 2, index % 2, 0, count)))];
        NativeBuffer<float> embeddings = Own(new NativeBuffer<float>((long)count * prompt * specification.HiddenSize));
        embeddings.Span.Fill(0.5f);
        NativeBuffer<int> lengths = Own(new NativeBuffer<int>(count));
        lengths.Span.Fill(capacity - 1);
        NativeBuffer<int> total = Own(new NativeBuffer<int>(1));
        total.Span[0] = capacity;
        OrtValue[] inputs = [Own(embeddings.AsTensor(count, prompt, specification.HiddenSize)), Own(lengths.AsTensor(count)), Own(total.AsTensor())];
        OrtValue hidden = Own(Own(new NativeBuffer<float>((long)count * prompt * specification.HiddenSize)).AsTensor(count, prompt, specification.HiddenSize));
        NativeBuffer<float> logits = Own(new NativeBuffer<float>((long)count * specification.VocabularySize));
        NativeBuffer<int> row = Own(new NativeBuffer<int>(1));
        _whole = Bind(rows: 1);
        _layers = Bind(rows: 0);

        OrtIoBinding Bind(int rows)
        {
            OrtIoBinding binding = Own(session.CreateIoBinding());
            for (int layer = 0; layer < specification.LayerCount; layer++)
            {
                foreach ((int kind, string name) in new[] { (0, "key"), (1, "value") })
                {
                    binding.BindInput(DecoderGraph.PastName(layer, name), values[(2 * layer) + kind]);
                    binding.BindOutput(DecoderGraph.PresentName(layer, name), values[(2 * layer) + kind]);
                }
            }

            binding.BindInput(DecoderGraph.InputsEmbeds, inputs[0]);
            binding.BindInput(DecoderGraph.SequenceLengths, inputs[1]);
            binding.BindInput(DecoderGraph.TotalLength, inputs[2]);
            binding.BindInput(DecoderGraph.LogitsPositions, Own(row.AsTensor(rows)));
            binding.BindOutput(DecoderGraph.HiddenStates, hidden);
            binding.BindOutput(DecoderGraph.Logits, Own(logits.AsTensor(count, rows, specification.VocabularySize)));
            return binding;
        }
    }

    /// <summary>Sequences of a step.</summary>
    public int Count { get; }

    /// <summary>Milliseconds with the head, one for each repetition that was kept.</summary>
    public List<double> Whole { get; } = [];

    /// <summary>Milliseconds without the head.</summary>
    public List<double> Layers { get; } = [];

    public void Measure(bool keep)
    {
        foreach ((OrtIoBinding binding, List<double> times) in new[] { (_whole, Whole), (_layers, Layers) })
        {
            long clock = Stopwatch.GetTimestamp();
            _guard.Run(_session, binding);
            if (keep)
            {
                times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            }
        }
    }

    public void Dispose()
    {
        _guard.Dispose();
        for (int index = _owned.Count - 1; index >= 0; index--)
        {
            _owned[index].Dispose();
        }
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
