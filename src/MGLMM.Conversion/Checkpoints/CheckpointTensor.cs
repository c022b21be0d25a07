using System.Runtime.InteropServices;

namespace MGLMM.Conversion.Checkpoints;

/// <summary>
/// A tensor of an open <see cref="Folders.Checkpoint"/>: what its header says, and reads of its elements from the file.
/// </summary>
/// <remarks>
/// Holds no data. Thread-safe. Reads need the checkpoint open and throw <see cref="ObjectDisposedException"/> after it was
/// disposed. Elements are counted in row-major order of <see cref="Shape"/>, wherever they lie in the file.
/// </remarks>
internal sealed class CheckpointTensor
{
    /// <summary>The most bytes that one mapped window of contiguous data shows; bounds resident memory.</summary>
    private const int WindowBytes = 16 << 20;

    /// <summary>Elements gathered at a time from a tensor that is not contiguous.</summary>
    private const int GatherElements = 512;

    private readonly MappedFile _file;
    private readonly TensorLayout _layout;
    private readonly long _byteOffset;

    /// <summary>Describes a tensor whose whole range the reader of its file has checked to lie inside the file.</summary>
    public CheckpointTensor(string name, TensorElementKind kind, TensorLayout layout, MappedFile file, long byteOffset)
    {
        Name = name;
        Kind = kind;
        _layout = layout;
        _file = file;
        _byteOffset = byteOffset;
    }

    /// <summary>The name in the state dict.</summary>
    public string Name { get; }

    /// <summary>How the elements are stored.</summary>
    public TensorElementKind Kind { get; }

    /// <summary>Sizes of the dimensions; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape => _layout.Shape;

    /// <summary>The product of <see cref="Shape"/>; 1 for a scalar.</summary>
    public long ElementCount => _layout.ElementCount;

    /// <summary>True if the elements lie in the file in row-major order; such tensors read fastest.</summary>
    public bool IsContiguous => _layout.IsContiguous;

    /// <summary>The file that holds the elements.</summary>
    public MappedFile File => _file;

    /// <summary>The bytes of the file from the tensor's first element to its last; gaps of a strided one are among them.</summary>
    public (long Offset, long Length) Extent => (_byteOffset, _layout.Span * Kind.ByteSize());

    /// <summary>The file that holds the elements, without its folder.</summary>
    public string FileName => _file.Name;

    /// <summary>Reads all elements.</summary>
    /// <param name="destination">As long as <see cref="ElementCount"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    /// <exception cref="IOException">The file cannot be read any more.</exception>
    public void ReadFloats(Span<float> destination)
    {
        if (destination.Length != ElementCount)
        {
            throw new ArgumentException($"Tensor '{Name}' has {ElementCount} elements, the destination {destination.Length}.", nameof(destination));
        }

        ReadFloats(0, destination);
    }

    /// <summary>
    /// Reads some elements as single precision: 16-bit floats widen exactly, 64-bit values round to nearest even, false and
    /// true become 0 and 1.
    /// </summary>
    /// <param name="startElement">The first element, in row-major order.</param>
    /// <param name="destination">Receives as many elements as it is long.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range reaches outside the tensor.</exception>
    /// <exception cref="IOException">The file cannot be read any more.</exception>
    public unsafe void ReadFloats(long startElement, Span<float> destination)
    {
        CheckRange(startElement, destination.Length);
        int elementSize = Kind.ByteSize();
        if (!IsContiguous)
        {
            Span<byte> gathered = stackalloc byte[GatherElements * elementSize];
            using MappedWindow? whole = MapAll(destination.Length);
            for (int done = 0; done < destination.Length;)
            {
                int count = Math.Min(GatherElements, destination.Length - done);
                Gather(whole!.Start, startElement + done, gathered[..(count * elementSize)]);
                ElementConversion.ToSingle(Kind, gathered[..(count * elementSize)], destination.Slice(done, count));
                done += count;
            }

            return;
        }

        for (int done = 0; done < destination.Length;)
        {
            int count = Math.Min(WindowBytes / elementSize, destination.Length - done);
            using MappedWindow window = _file.Map(_byteOffset + ((startElement + done) * elementSize), (long)count * elementSize);
            ElementConversion.ToSingle(Kind, new ReadOnlySpan<byte>(window.Start, count * elementSize), destination.Slice(done, count));
            done += count;
        }
    }

    /// <summary>
    /// Reads some elements as they are stored (<see cref="Kind"/>, little-endian), put in row-major order. For a copy of
    /// 16-bit weights that must not pass through single precision.
    /// </summary>
    /// <param name="startElement">The first element, in row-major order.</param>
    /// <param name="destination">A whole number of elements long.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> ends inside an element.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range reaches outside the tensor.</exception>
    /// <exception cref="IOException">The file cannot be read any more.</exception>
    public unsafe void ReadRaw(long startElement, Span<byte> destination)
    {
        int elementSize = Kind.ByteSize();
        if (destination.Length % elementSize != 0)
        {
            throw new ArgumentException($"Elements of tensor '{Name}' take {elementSize} bytes; {destination.Length} bytes end inside one.", nameof(destination));
        }

        CheckRange(startElement, destination.Length / elementSize);
        if (!IsContiguous)
        {
            using MappedWindow? whole = MapAll(destination.Length);
            for (int done = 0; done < destination.Length;)
            {
                int bytes = Math.Min(GatherElements * elementSize, destination.Length - done);
                Gather(whole!.Start, startElement + (done / elementSize), destination.Slice(done, bytes));
                done += bytes;
            }

            return;
        }

        for (int done = 0; done < destination.Length;)
        {
            int bytes = Math.Min(WindowBytes, destination.Length - done);
            using MappedWindow window = _file.Map(_byteOffset + (startElement * elementSize) + done, bytes);
            new ReadOnlySpan<byte>(window.Start, bytes).CopyTo(destination[done..]);
            done += bytes;
        }
    }

    private void CheckRange(long startElement, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(startElement);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ElementCount - startElement);
    }

    // The parts of a strided tensor lie anywhere in its range; only the pages that are touched become resident.
    private MappedWindow? MapAll(int wanted) => wanted == 0 ? null : _file.Map(_byteOffset, _layout.Span * Kind.ByteSize());

    private unsafe void Gather(byte* start, long startElement, Span<byte> destination)
    {
        Span<long> positions = stackalloc long[GatherElements];
        int elementSize = Kind.ByteSize();
        positions = positions[..(destination.Length / elementSize)];
        _layout.Locate(startElement, positions);
        switch (elementSize)
        {
            case 1:
                Pick(start, positions, destination);
                break;
            case 2:
                Pick(start, positions, MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            case 4:
                Pick(start, positions, MemoryMarshal.Cast<byte, uint>(destination));
                break;
            default:
                Pick(start, positions, MemoryMarshal.Cast<byte, ulong>(destination));
                break;
        }
    }

    private static unsafe void Pick<T>(byte* start, ReadOnlySpan<long> positions, Span<T> destination)
        where T : unmanaged
    {
        T* elements = (T*)start;
        for (int i = 0; i < positions.Length; i++)
        {
            destination[i] = elements[positions[i]];
        }
    }
}
