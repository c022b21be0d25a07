using System.Runtime.InteropServices;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Conversion.Onnx;

/// <summary>
/// The file beside an ONNX graph that holds its weights, appended one tensor at a time so that a checkpoint of any size
/// needs the memory of one tensor only. With a journal a conversion that was stopped goes on where the last barrier was.
/// </summary>
internal sealed class ExternalDataFile : IDisposable
{
    /// <summary>Page size, so that ONNX Runtime can map large tensors instead of reading them.</summary>
    private const int PageAlignment = 4096;

    /// <summary>Cache line size, for tensors too small to be worth a page of their own.</summary>
    private const int LineAlignment = 64;

    private readonly Stream _stream;
    private readonly CancellationToken _cancellationToken;
    private readonly DataJournal? _journal;
    private long _position;
    private bool _skips;

    /// <param name="path">The file to make.</param>
    /// <param name="cancellationToken">Observed at each part that is written.</param>
    /// <param name="journal">What an earlier run left in the file; null makes a new file. A dry one writes none. Owned by the caller.</param>
    /// <exception cref="DataJournalException">The file is shorter than its journal says.</exception>
    public ExternalDataFile(string path, CancellationToken cancellationToken, DataJournal? journal = null)
    {
        _cancellationToken = cancellationToken;
        _journal = journal;
        FileName = Path.GetFileName(path);
        if (journal is { IsDry: true })
        {
            _stream = Stream.Null;
            return;
        }

        var file = new FileStream(path, journal is null ? FileMode.CreateNew : FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 1 << 20);
        _stream = file;
        if (journal is not null)
        {
            if (file.Length < journal.Position)
            {
                file.Dispose();
                throw new DataJournalException($"'{FileName}' is shorter than its journal says.");
            }

            file.SetLength(journal.Position);
            file.Position = journal.Position;

            // Taken once: asking the stream for its handle empties its buffer, which another thread must not do.
            var handle = file.SafeFileHandle;
            journal.FlushData = () => RandomAccess.FlushToDisk(handle);
        }
    }

    /// <summary>The file's name, as the graph refers to it.</summary>
    public string FileName { get; }

    /// <summary>Bytes so far.</summary>
    public long Length => _position;

    /// <summary>True while the tensors that come are already in the file, so that their values do not matter.</summary>
    public bool IsReplaying => _journal is { IsReplaying: true };

    /// <summary>The type in which the next tensor was stored by an earlier run; null where it is still to be chosen.</summary>
    public DataType? ReplayedType => _journal?.Next is { } weight ? (DataType)weight.Type : null;

    /// <summary>Appends a tensor; returns where it begins.</summary>
    public long Append<T>(DataType type, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var offset = Begin(type, (long)values.Length * Marshal.SizeOf<T>());
        Write(values);
        return offset;
    }

    /// <summary>Aligns for a tensor of the given size, which <see cref="Write"/> then brings in parts; returns where it begins.</summary>
    public long Begin(DataType type, long length)
    {
        var alignment = length >= 16 * PageAlignment ? PageAlignment : LineAlignment;
        _skips = IsReplaying;
        if (_journal is { IsDry: false } && !_skips && _position < _journal.Position)
        {
            throw new DataJournalException($"'{FileName}' and its journal are not of one conversion.");
        }

        _journal?.Store(new StoredWeight((int)type, null));
        var padding = (int)(-_position & (alignment - 1));
        if (!_skips)
        {
            Span<byte> zeros = stackalloc byte[PageAlignment];
            zeros.Clear();
            _stream.Write(zeros[..padding]);
        }

        _position += padding;
        return _position;
    }

    /// <summary>Appends a part of the tensor begun last.</summary>
    public void Write<T>(ReadOnlySpan<T> part)
        where T : unmanaged
    {
        _cancellationToken.ThrowIfCancellationRequested();
        var bytes = MemoryMarshal.AsBytes(part);
        _position += bytes.Length;
        if (!_skips)
        {
            _stream.Write(bytes);
        }
    }

    /// <summary>The bytes of a weight that goes into the graph itself: the given ones, or those that an earlier run had.</summary>
    public ReadOnlySpan<byte> Inline(DataType type, ReadOnlySpan<byte> bytes)
    {
        if (_journal is null)
        {
            return bytes;
        }

        var known = _journal.Next?.Inline;
        _journal.Store(new StoredWeight((int)type, known ?? bytes.ToArray()));
        return known ?? bytes;
    }

    /// <summary>
    /// Everything that was read so far is stored: from here a later run can go on without reading it again.
    /// </summary>
    public void Barrier()
    {
        if (_journal is null)
        {
            return;
        }

        if (_journal.IsReplaying)
        {
            _journal.Pass();
        }
        else
        {
            _stream.Flush();
            _journal.Write(_position);
        }

        _journal.OnBarrier?.Invoke();
    }

    public void Dispose()
    {
        if (_journal is not null)
        {
            // What the weights were made of may be deleted from now on.
            (_stream as FileStream)?.Flush(flushToDisk: true);
            _journal.FlushData = null;
        }

        _stream.Dispose();
    }
}
