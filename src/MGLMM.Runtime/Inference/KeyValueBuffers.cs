using MGLMM.Runtime.Bundles;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>Zeroed CPU memory for the keys and values of every layer, for sequences side by side: [sequences, KV heads, capacity, head size] each. Not thread-safe.</summary>
internal sealed class KeyValueBuffers : IDisposable
{
    private readonly INativeBuffer[] _buffers;
    private readonly DecoderSpecification _decoder;

    /// <param name="decoder">Geometry.</param>
    /// <param name="sequences">Sequences to make room for.</param>
    /// <param name="capacity">Positions of each to make room for.</param>
    /// <param name="half">Whether the graph keeps keys and values in fp16.</param>
    public KeyValueBuffers(DecoderSpecification decoder, int sequences, int capacity, bool half)
    {
        _decoder = decoder;
        Sequences = sequences;
        Capacity = capacity;
        _buffers = new INativeBuffer[2 * decoder.LayerCount];
        long elements = Start(sequences, 0, 0);
        try
        {
            for (int index = 0; index < _buffers.Length; index++)
            {
                _buffers[index] = half ? new NativeBuffer<Half>(elements) : new NativeBuffer<float>(elements);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Sequences that there is room for.</summary>
    public int Sequences { get; }

    /// <summary>Positions of each that there is room for.</summary>
    public int Capacity { get; }

    /// <summary>The keys (0) or values (1) of a layer for some sequences. Dispose it before the buffers.</summary>
    public OrtValue AsTensor(int layer, int kind, int first, int count) =>
        _buffers[(2 * layer) + kind].AsTensorFrom(Start(first, 0, 0), count, _decoder.KeyValueHeadCount, Capacity, _decoder.HeadSize);

    /// <summary>Takes over positions of a sequence from other buffers of the same geometry, or from another place of these.</summary>
    /// <param name="from">Where they are.</param>
    /// <param name="fromSequence">Which sequence there.</param>
    /// <param name="sequence">Which sequence here.</param>
    /// <param name="first">The first position.</param>
    /// <param name="end">The position behind the last.</param>
    public void Copy(KeyValueBuffers from, int fromSequence, int sequence, int first, int end)
    {
        long length = (long)(end - first) * _decoder.HeadSize;
        for (int index = 0; length > 0 && index < _buffers.Length; index++)
        {
            for (int head = 0; head < _decoder.KeyValueHeadCount; head++)
            {
                from._buffers[index].Slice(from.Start(fromSequence, head, first), length).CopyTo(_buffers[index].Slice(Start(sequence, head, first), length));
            }
        }
    }

    public void Dispose()
    {
        foreach (INativeBuffer? buffer in _buffers)
        {
            buffer?.Dispose();
        }
    }

    private long Start(int sequence, int head, int position) => ((((long)sequence * _decoder.KeyValueHeadCount) + head) * Capacity + position) * _decoder.HeadSize;
}
