using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MGLMM.DeviceCheck;

/// <summary>Zeroed memory with a fixed address, on the device or not, and tensors over it.</summary>
internal sealed unsafe class DeviceBuffer : IDisposable
{
    private const int Alignment = 256;

    private readonly bool _onDevice;
    private readonly OrtMemoryInfo? _device;
    private readonly List<OrtValue> _values = [];
    private nint _pointer;

    public DeviceBuffer(long bytes, bool onDevice)
    {
        Bytes = bytes;
        _onDevice = onDevice;
        if (onDevice)
        {
            _device = new OrtMemoryInfo("Cuda", OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default);
            _pointer = CudaRuntime.Allocate(bytes);
        }
        else
        {
            _pointer = (nint)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
            NativeMemory.Clear((void*)_pointer, (nuint)bytes);
        }
    }

    public long Bytes { get; }

    public nint Pointer => _pointer;

    /// <summary>A tensor over the beginning; it lives as long as this buffer.</summary>
    public OrtValue Tensor(TensorElementType type, params long[] shape)
    {
        OrtValue value = OrtValue.CreateTensorValueWithData(_device ?? OrtMemoryInfo.DefaultInstance, type, shape, _pointer, Bytes);
        _values.Add(value);
        return value;
    }

    public void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)values.Length * sizeof(T), Bytes);
        fixed (T* source = values)
        {
            Copy(_pointer, (nint)source, (long)values.Length * sizeof(T));
        }
    }

    public T[] Read<T>(int count)
        where T : unmanaged
    {
        T[] values = new T[count];
        fixed (T* target = values)
        {
            Copy((nint)target, _pointer, (long)count * sizeof(T));
        }

        return values;
    }

    public void Dispose()
    {
        _values.ForEach(value => value.Dispose());
        _device?.Dispose();
        if (_pointer != 0)
        {
            if (_onDevice)
            {
                CudaRuntime.Release(_pointer);
            }
            else
            {
                NativeMemory.AlignedFree((void*)_pointer);
            }

            _pointer = 0;
        }
    }

    private void Copy(nint target, nint source, long bytes)
    {
        if (_onDevice)
        {
            CudaRuntime.Copy(target, source, bytes);
        }
        else
        {
            Buffer.MemoryCopy((void*)source, (void*)target, bytes, bytes);
        }
    }
}
