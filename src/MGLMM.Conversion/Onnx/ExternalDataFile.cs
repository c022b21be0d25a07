using System.Buffers;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Conversion.Onnx;

/// <summary>
/// The file beside an ONNX graph that holds its weights, appended one tensor at a time so that a checkpoint of any size
/// needs the memory of one tensor only. A thread of its own writes and hashes what is appended while the next tensor is made, so that the
/// file need not be read again for its hash. With a journal a conversion that was stopped goes on where the last barrier was. Not thread-safe.
/// </summary>
internal sealed class ExternalDataFile : IDisposable
{
    /// <summary>Page size, so that ONNX Runtime can map large tensors instead of reading them.</summary>
    private const int PageAlignment = 4096;

    /// <summary>Cache line size, for tensors too small to be worth a page of their own.</summary>
    private const int LineAlignment = 64;

    /// <summary>Bytes handed over at a time.</summary>
    private const int BlockBytes = 1 << 20;

    /// <summary>Blocks that may wait to be written; bounds memory where the disk is slower than the cores.</summary>
    private const int WaitingBlocks = 16;

    private readonly Channel<(byte[] Block, int Length, TaskCompletionSource? Written)> _blocks = Channel.CreateBounded<(byte[] Block, int Length, TaskCompletionSource? Written)>(
        new BoundedChannelOptions(WaitingBlocks) { SingleReader = true, SingleWriter = true });

    private readonly FileStream? _stream;
    private readonly DataJournal? _journal;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly CancellationToken _cancellationToken;
    private readonly Task _writing;
    private byte[] _block = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private int _filled;
    private long _position;
    private bool _skips;

    /// <param name="path">The file to make.</param>
    /// <param name="cancellationToken">Observed at each part that is written.</param>
    public ExternalDataFile(string path, CancellationToken cancellationToken)
        : this(path, cancellationToken, new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
    {
    }

    /// <param name="path">The file to make or to go on with.</param>
    /// <param name="cancellationToken">Observed at each part that is written.</param>
    /// <param name="journal">What an earlier run left in the file; a dry one writes none. Owned by the caller.</param>
    /// <exception cref="DataJournalException">The file is shorter than its journal says.</exception>
    public ExternalDataFile(string path, CancellationToken cancellationToken, DataJournal journal)
        : this(path, cancellationToken, journal.IsDry ? null : Resume(path, journal))
    {
        _journal = journal;
    }

    /// <param name="path">What the graph calls the file.</param>
    /// <param name="cancellationToken">Observed at each part that is written.</param>
    /// <param name="stream">Receives it; owned from here on. Null counts only.</param>
    internal ExternalDataFile(string path, CancellationToken cancellationToken, FileStream? stream)
    {
        _cancellationToken = cancellationToken;
        FileName = Path.GetFileName(path);
        _stream = stream;
        _writing = stream is null
            ? Task.CompletedTask
            : Task.Factory.StartNew(WriteBlocks, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
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
        long offset = Begin(type, (long)values.Length * Marshal.SizeOf<T>());
        Write(values);
        return offset;
    }

    /// <summary>Aligns for a tensor of the given size, which <see cref="Write"/> then brings in parts; returns where it begins.</summary>
    public long Begin(DataType type, long length)
    {
        int alignment = length >= 16 * PageAlignment ? PageAlignment : LineAlignment;
        _skips = IsReplaying;
        if (_journal is { IsDry: false } && !_skips && _position < _journal.Position)
        {
            throw new DataJournalException($"'{FileName}' and its journal are not of one conversion.");
        }

        _journal?.Store(new StoredWeight((int)type, null));
        Span<byte> zeros = stackalloc byte[PageAlignment];
        zeros.Clear();
        Add(zeros[..(int)(-_position & (alignment - 1))]);
        return _position;
    }

    /// <summary>Appends a part of the tensor begun last.</summary>
    /// <exception cref="IOException">An earlier part could not be written.</exception>
    public void Write<T>(ReadOnlySpan<T> part)
        where T : unmanaged
    {
        _cancellationToken.ThrowIfCancellationRequested();
        Add(MemoryMarshal.AsBytes(part));
    }

    /// <summary>Passes over bytes of the tensor begun last, which an earlier run has written.</summary>
    public void Skip(long bytes)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _position += bytes;
    }

    /// <summary>The bytes of a weight that goes into the graph itself: the given ones, or those that an earlier run had.</summary>
    public ReadOnlySpan<byte> Inline(DataType type, ReadOnlySpan<byte> bytes)
    {
        if (_journal is null)
        {
            return bytes;
        }

        byte[]? known = _journal.Next?.Inline;
        _journal.Store(new StoredWeight((int)type, known ?? bytes.ToArray()));
        return known ?? bytes;
    }

    /// <summary>Everything that was read so far is stored: from here a later run can go on without reading it again.</summary>
    /// <exception cref="IOException">A part could not be written.</exception>
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
            TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
            HandOver(written);
            if (Task.WaitAny([written.Task, _writing], _cancellationToken) != 0)
            {
                ExceptionDispatchInfo.Throw(_writing.Exception?.InnerException ?? new IOException($"'{FileName}' cannot be written."));
            }

            _journal.Write(_position);
        }

        _journal.OnBarrier?.Invoke();
    }

    /// <summary>Waits until all is written.</summary>
    /// <returns>The file's SHA-256, in lower-case hexadecimal; null where an earlier run has written a part of it.</returns>
    /// <exception cref="IOException">A part could not be written.</exception>
    public string? Complete()
    {
        if (_stream is null)
        {
            return null;
        }

        HandOver();
        _blocks.Writer.TryComplete();
        _writing.GetAwaiter().GetResult();
        return _journal is { Position: > 0 } ? null : Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose()
    {
        _blocks.Writer.TryComplete();
        ((IAsyncResult)_writing).AsyncWaitHandle.WaitOne();
        if (_journal is not null)
        {
            // What the weights were made of may be deleted from now on.
            _stream?.Flush(flushToDisk: true);
            _journal.FlushData = null;
        }

        _stream?.Dispose();
        _hash.Dispose();
        ArrayPool<byte>.Shared.Return(_block);
        _block = [];
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        _position += bytes.Length;
        if (_skips || _stream is null)
        {
            return;
        }

        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, BlockBytes - _filled);
            bytes[..count].CopyTo(_block.AsSpan(_filled));
            _filled += count;
            bytes = bytes[count..];
            if (_filled == BlockBytes)
            {
                HandOver();
            }
        }
    }

    private void HandOver(TaskCompletionSource? written = null)
    {
        while (!_blocks.Writer.TryWrite((_block, _filled, written)))
        {
            if (!_blocks.Writer.WaitToWriteAsync(_cancellationToken).AsTask().GetAwaiter().GetResult())
            {
                ExceptionDispatchInfo.Throw(_writing.Exception?.InnerException ?? new IOException($"'{FileName}' cannot be written."));
            }
        }

        _block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        _filled = 0;
    }

    private static FileStream Resume(string path, DataJournal journal)
    {
        FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        if (stream.Length < journal.Position)
        {
            stream.Dispose();
            throw new DataJournalException($"'{Path.GetFileName(path)}' is shorter than its journal says.");
        }

        stream.SetLength(journal.Position);
        stream.Position = journal.Position;

        // Taken once: another thread must not ask the stream for it.
        SafeFileHandle handle = stream.SafeFileHandle;
        journal.FlushData = () => RandomAccess.FlushToDisk(handle);
        return stream;
    }

    private void WriteBlocks()
    {
        try
        {
            while (_blocks.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (_blocks.Reader.TryRead(out (byte[] Block, int Length, TaskCompletionSource? Written) next))
                {
                    _stream!.Write(next.Block, 0, next.Length);
                    _hash.AppendData(next.Block, 0, next.Length);
                    ArrayPool<byte>.Shared.Return(next.Block);
                    next.Written?.SetResult();
                }
            }
        }
        catch (Exception exception)
        {
            // Whoever appends next is told at once.
            _blocks.Writer.TryComplete(exception);
            throw;
        }
    }
}
