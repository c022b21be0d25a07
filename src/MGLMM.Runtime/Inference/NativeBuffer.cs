using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MGLMM.Runtime.Inference;

/// <summary>Native memory that can be copied without knowing its element type.</summary>
internal interface INativeBuffer : IDisposable
{
    /// <summary>The bytes of a range of elements.</summary>
    public Span<byte> Slice(long start, long length);

    /// <summary>A tensor over the beginning of this memory. Dispose it before the buffer.</summary>
    public OrtValue AsTensor(params long[] shape);

    /// <summary>A tensor over this memory from an element on. Dispose it before the buffer.</summary>
    public OrtValue AsTensorFrom(long start, params long[] shape);
}

/// <summary>
/// Zeroed native memory with fixed addresses, over which ONNX Runtime tensors of any fitting shape can be laid without
/// pinning and without managed allocation when it is read or written. Not thread-safe.
/// </summary>
internal sealed unsafe class NativeBuffer<T> : INativeBuffer
    where T : unmanaged
{
    private const int Alignment = 64;
    private const int LargeBytes = 16 << 20;

    private void* _pointer;

    public NativeBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        Length = length;
        nuint bytes = checked((nuint)length * (nuint)sizeof(T));
        bool isLarge = bytes >= LargeBytes;
        _pointer = NativeMemory.AlignedAlloc(bytes, isLarge ? HugePages.Size : Alignment);
        if (isLarge)
        {
            HugePages.Advise(_pointer, bytes);
        }

        NativeMemory.Clear(_pointer, bytes);
        GC.AddMemoryPressure((long)bytes);
    }

    ~NativeBuffer() => Free();

    public long Length { get; }

    public long Bytes => Length * sizeof(T);

    public Span<T> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pointer is null, this);
            return new Span<T>(_pointer, checked((int)Length));
        }
    }

    /// <summary>A part that starts beyond what an int can index.</summary>
    public Span<T> Slice(long start, int length)
    {
        ObjectDisposedException.ThrowIf(_pointer is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + length, Length);
        return new Span<T>((T*)_pointer + start, length);
    }

    /// <inheritdoc/>
    public Span<byte> Slice(long start, long length) =>
        MemoryMarshal.AsBytes(Slice(start, checked((int)length)));

    /// <summary>A tensor over the beginning of this memory. Dispose it before the buffer.</summary>
    public OrtValue AsTensor(params long[] shape) => AsTensorFrom(0, shape);

    /// <inheritdoc/>
    public OrtValue AsTensorFrom(long start, params long[] shape)
    {
        ObjectDisposedException.ThrowIf(_pointer is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        long count = 1L;
        foreach (long dimension in shape)
        {
            count = checked(count * dimension);
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + count, Length);
        return OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, ElementType, shape, (nint)((T*)_pointer + start), count * sizeof(T));
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static TensorElementType ElementType =>
        typeof(T) == typeof(float) ? TensorElementType.Float
        : typeof(T) == typeof(Half) ? TensorElementType.Float16
        : typeof(T) == typeof(int) ? TensorElementType.Int32
        : typeof(T) == typeof(byte) ? TensorElementType.UInt8
        : throw new NotSupportedException($"No tensor type for {typeof(T)}.");

    private void Free()
    {
        if (_pointer is not null)
        {
            NativeMemory.AlignedFree(_pointer);
            _pointer = null;
            GC.RemoveMemoryPressure(Bytes);
        }
    }
}
