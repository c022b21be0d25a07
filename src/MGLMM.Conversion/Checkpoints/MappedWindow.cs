using System.IO.MemoryMappedFiles;

namespace MGLMM.Conversion.Checkpoints;

/// <summary>A mapped range of a file, valid until disposed.</summary>
internal sealed unsafe class MappedWindow : IDisposable
{
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    /// <summary>Takes ownership of <paramref name="view"/>.</summary>
    public MappedWindow(MemoryMappedViewAccessor view)
    {
        _view = view;
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);

        // A view begins on a page; the offset leads to the byte that was asked for.
        _start = pointer + view.PointerOffset;
    }

    /// <summary>The first byte of the range.</summary>
    public byte* Start => _start;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start is not null)
        {
            _start = null;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }
    }
}
