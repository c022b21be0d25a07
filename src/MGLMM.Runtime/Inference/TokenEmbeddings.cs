using System.IO.MemoryMappedFiles;
using System.Numerics.Tensors;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// The token embedding table, memory-mapped: a row is read when its token is fed, so a table of hundreds of megabytes costs
/// the pages it touches. Thread-safe until disposed.
/// </summary>
internal sealed unsafe class TokenEmbeddings : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _pointer;
    private readonly int _vocabulary;
    private readonly bool _half;

    public TokenEmbeddings(string path, DecoderSpecification decoder)
    {
        Width = decoder.HiddenSize;
        _vocabulary = decoder.VocabularySize;
        _half = decoder.EmbeddingsPrecision == "fp16";
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        long needed = (long)_vocabulary * Width * (_half ? 2 : 4);
        if (_view.SafeMemoryMappedViewHandle.ByteLength < (ulong)needed)
        {
            _view.Dispose();
            _file.Dispose();
            throw new BundleException($"The token embedding table is shorter than the {needed} bytes that the manifest's sizes make. Convert the checkpoint again.");
        }

        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _pointer = pointer + _view.PointerOffset;
    }

    /// <summary>Elements of a row.</summary>
    public int Width { get; }

    /// <summary>Copies the row of a token, widened to fp32.</summary>
    public void Read(int token, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, _vocabulary);
        long offset = (long)token * Width;
        if (_half)
        {
            TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>((Half*)_pointer + offset, Width), destination);
        }
        else
        {
            new ReadOnlySpan<float>((float*)_pointer + offset, Width).CopyTo(destination);
        }
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
