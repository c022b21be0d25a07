using MGLMM.Conversion.Families;
using MGLMM.Conversion.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MGLMM.DeviceCheck;

/// <summary>
/// A run of the decoder with everything bound. Keys and values lie on the device and are past and present at once; the rest lies on the CPU, as the engine has
/// it, or on the device too.
/// </summary>
internal sealed class DecoderRun : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly List<DeviceBuffer> _buffers = [];
    private readonly DeviceBuffer _lengths;
    private readonly DeviceBuffer _total;
    private readonly DeviceBuffer _hidden;
    private readonly int _rows;
    private readonly int _width;

    public DecoderRun(DecoderStep.Case one, InferenceSession session, int capacity, int rows, int kept, bool onDevice)
    {
        DecoderDimensions dimensions = one.Dimensions;
        (_session, _rows, _width) = (session, rows, dimensions.Hidden);
        _binding = session.CreateIoBinding();
        long cache = (long)dimensions.KeyValueHeads * capacity * dimensions.HeadSize * 2;
        for (int layer = 0; layer < dimensions.Layers; layer++)
        {
            foreach (string kind in (string[])["key", "value"])
            {
                OrtValue value = Buffer(cache, !one.Context.Cpu).Tensor(TensorElementType.Float16, 1, dimensions.KeyValueHeads, capacity, dimensions.HeadSize);
                _binding.BindInput(DecoderGraph.PastName(layer, kind), value);
                _binding.BindOutput(DecoderGraph.PresentName(layer, kind), value);
            }
        }

        CacheBytes = cache * 2 * dimensions.Layers;
        DeviceBuffer embeddings = Buffer((long)rows * _width * 4, onDevice);
        Random random = new(rows);
        embeddings.Write<float>([.. Enumerable.Range(0, rows * _width).Select(_ => random.NextSingle() - 0.5f)]);
        _lengths = Buffer(4, onDevice);
        _total = Buffer(4, onDevice: false);
        DeviceBuffer positions = Buffer(Math.Max(4, kept * 4), onDevice);
        positions.Write<int>([.. Enumerable.Range(rows - kept, kept)]);
        _hidden = Buffer((long)rows * _width * 4, onDevice);
        DeviceBuffer logits = Buffer(Math.Max(4, (long)kept * dimensions.Vocabulary * 4), onDevice);
        _binding.BindInput(DecoderGraph.InputsEmbeds, embeddings.Tensor(TensorElementType.Float, 1, rows, _width));
        _binding.BindInput(DecoderGraph.SequenceLengths, _lengths.Tensor(TensorElementType.Int32, 1));
        _binding.BindInput(DecoderGraph.TotalLength, _total.Tensor(TensorElementType.Int32));
        _binding.BindInput(DecoderGraph.LogitsPositions, positions.Tensor(TensorElementType.Int32, kept));
        _binding.BindOutput(DecoderGraph.HiddenStates, _hidden.Tensor(TensorElementType.Float, 1, rows, _width));
        _binding.BindOutput(DecoderGraph.Logits, logits.Tensor(TensorElementType.Float, 1, kept, dimensions.Vocabulary));
    }

    /// <summary>Bytes of the keys and values that there is room for.</summary>
    public long CacheBytes { get; }

    /// <summary>Says how many positions are in the cache before the run.</summary>
    public void SetPast(int past)
    {
        _lengths.Write<int>([past + _rows - 1]);
        _total.Write<int>([past + _rows]);
    }

    public void Run() => _session.RunWithBinding(_options, _binding);

    public (double Best, double Median) Time(int repetitions) => Clock.Repeat(repetitions, Run);

    /// <summary>The hidden states of the last run.</summary>
    public float[] Hidden() => _hidden.Read<float>(_rows * _width);

    public void Dispose()
    {
        _binding.Dispose();
        _options.Dispose();
        _buffers.ForEach(buffer => buffer.Dispose());
    }

    private DeviceBuffer Buffer(long bytes, bool onDevice)
    {
        DeviceBuffer buffer = new(bytes, onDevice);
        _buffers.Add(buffer);
        return buffer;
    }
}
