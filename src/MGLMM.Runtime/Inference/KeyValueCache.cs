using System.Runtime.InteropServices;
using MGLMM.Runtime.Bundles;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// Keys and values of every layer for one sequence, in buffers that the decoder reads and writes in place. The valid part is
/// what <see cref="Tokens"/> says; shortening that list rewinds the cache at no cost. Used by one request at a time.
/// </summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly OrtValue[] _values;
    private readonly KeyValueBuffers? _buffers;

    /// <param name="decoder">Geometry.</param>
    /// <param name="capacity">Positions to make room for.</param>
    /// <param name="deviceAllocator">Allocates on the device; null allocates on the CPU.</param>
    /// <param name="half">Whether the graph keeps keys and values in fp16.</param>
    public KeyValueCache(DecoderSpecification decoder, int capacity, OrtAllocator? deviceAllocator, bool half)
    {
        Capacity = capacity;
        int count = 2 * decoder.LayerCount;
        long[] shape = [1, decoder.KeyValueHeadCount, capacity, decoder.HeadSize];
        long elements = (long)decoder.KeyValueHeadCount * capacity * decoder.HeadSize;
        _values = new OrtValue[count];
        _buffers = deviceAllocator is null ? new KeyValueBuffers(decoder, 1, capacity, half) : null;
        try
        {
            for (int index = 0; index < count; index++)
            {
                _values[index] = _buffers is null
                    ? OrtValue.CreateAllocatedTensorValue(deviceAllocator, half ? TensorElementType.Float16 : TensorElementType.Float, shape)
                    : _buffers.AsTensor(index / 2, index % 2, 0, 1);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        Bytes = count * elements * (half ? 2 : 4);
    }

    /// <summary>Positions that the buffers have room for.</summary>
    public int Capacity { get; }

    /// <summary>Size of the buffers.</summary>
    public long Bytes { get; }

    /// <summary>What each valid position holds: a token id, or the image placeholder for an image token.</summary>
    public List<int> Tokens { get; } = [];

    /// <summary>The key (0) or value (1) buffer of a layer.</summary>
    public OrtValue Value(int layer, int kind) => _values[(2 * layer) + kind];

    /// <summary>The buffers in CPU memory, for one sequence.</summary>
    /// <exception cref="InvalidOperationException">They are on a device.</exception>
    public KeyValueBuffers Buffers => _buffers ?? throw new InvalidOperationException("Keys and values are on a device.");

    /// <summary>How many leading positions agree with a sequence.</summary>
    public int CommonPrefix(ReadOnlySpan<int> sequence) => CollectionsMarshal.AsSpan(Tokens).CommonPrefixLength(sequence);

    /// <summary>Forgets the positions from <paramref name="length"/> on.</summary>
    public void Rewind(int length)
    {
        if (length < Tokens.Count)
        {
            CollectionsMarshal.SetCount(Tokens, length);
        }
    }

    /// <summary>
    /// Takes over the first positions of another cache, which hold the first tokens of <paramref name="sequence"/>. Both must
    /// be in CPU memory; returns false where they are not. The other cache may be in use meanwhile, as long as it does not
    /// rewind below the copied length.
    /// </summary>
    public bool TryCopyPrefix(KeyValueCache other, ReadOnlySpan<int> sequence)
    {
        if (_buffers is null || other._buffers is null)
        {
            return false;
        }

        _buffers.Copy(other._buffers, 0, 0, 0, sequence.Length);
        Tokens.Clear();
        Tokens.AddRange(sequence);
        return true;
    }

    public void Dispose()
    {
        foreach (OrtValue value in _values)
        {
            value?.Dispose();
        }

        _buffers?.Dispose();
    }
}
