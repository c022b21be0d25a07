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

    private readonly FileStream stream;

    public ExternalDataFile(string path)
    {
        FileName = Path.GetFileName(path);
        stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
    }

    /// <summary>The file's name, as the graph refers to it.</summary>
    public string FileName { get; }

    /// <summary>Appends a tensor's bytes; returns where they begin.</summary>
    public long Append<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        var alignment = bytes.Length >= 16 * PageAlignment ? PageAlignment : LineAlignment;
        var padding = (int)(-stream.Position & (alignment - 1));
        Span<byte> zeros = stackalloc byte[256];
        zeros.Clear();
        while (padding > 0)
        {
            var part = Math.Min(padding, zeros.Length);
            stream.Write(zeros[..part]);
            padding -= part;
        }

        var offset = stream.Position;
        stream.Write(bytes);
        return offset;
    }

    public void Dispose() => stream.Dispose();
}
