using System.Runtime.InteropServices;

namespace MGLMM.Conversion.Onnx;

/// <summary>
/// The file beside an ONNX graph that holds its weights, appended one tensor at a time so that a checkpoint of any size
/// needs the memory of one tensor only.
/// </summary>
internal sealed class ExternalDataFile : IDisposable
{
    /// <summary>Page size, so that ONNX Runtime can map large tensors instead of reading them.</summary>
    private const int PageAlignment = 4096;

    /// <summary>Cache line size, for tensors too small to be worth a page of their own.</summary>
    private const int LineAlignment = 64;

    private readonly FileStream _stream;

    public ExternalDataFile(string path)
    {
        FileName = Path.GetFileName(path);
        _stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
    }

    /// <summary>The file's name, as the graph refers to it.</summary>
    public string FileName { get; }

    /// <summary>Appends a tensor; returns where it begins.</summary>
    public long Append<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        var offset = Begin(bytes.Length);
        _stream.Write(bytes);
        return offset;
    }

    /// <summary>Aligns for a tensor of the given size, which <see cref="Write"/> then brings in parts; returns where it begins.</summary>
    public long Begin(long length)
    {
        var alignment = length >= 16 * PageAlignment ? PageAlignment : LineAlignment;
        var padding = (int)(-_stream.Position & (alignment - 1));
        Span<byte> zeros = stackalloc byte[PageAlignment];
        zeros.Clear();
        _stream.Write(zeros[..padding]);
        return _stream.Position;
    }

    /// <summary>Appends a part of the tensor begun last.</summary>
    public void Write<T>(ReadOnlySpan<T> part)
        where T : unmanaged => _stream.Write(MemoryMarshal.AsBytes(part));

    public void Dispose() => _stream.Dispose();
}
