using System.Buffers;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace MGLMM.Conversion.Onnx;

/// <summary>
/// The file beside an ONNX graph that holds its weights, appended one tensor at a time so that a checkpoint of any size
/// needs the memory of one tensor only. A thread of its own writes and hashes what is appended while the next tensor is made, so that the
/// file need not be read again for its hash. Not thread-safe.
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

    private readonly Channel<(byte[] Block, int Length)> _blocks = Channel.CreateBounded<(byte[] Block, int Length)>(
        new BoundedChannelOptions(WaitingBlocks) { SingleReader = true, SingleWriter = true });

    private readonly FileStream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly CancellationToken _cancellationToken;
    private readonly Task _writing;
    private byte[] _block = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private int _filled;
    private long _position;

    /// <param name="path">The file to make.</param>
    /// <param name="cancellationToken">Observed at each part that is written.</param>
    public ExternalDataFile(string path, CancellationToken cancellationToken)
        : this(path, cancellationToken, new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
    {
    }

    /// <param name="path">What the graph calls the file.</param>
    /// <param name="cancellationToken">Observed at each part that is written.</param>
    /// <param name="stream">Receives it; owned from here on.</param>
    internal ExternalDataFile(string path, CancellationToken cancellationToken, FileStream stream)
    {
        _cancellationToken = cancellationToken;
        FileName = Path.GetFileName(path);
        _stream = stream;
        _writing = Task.Factory.StartNew(WriteBlocks, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The file's name, as the graph refers to it.</summary>
    public string FileName { get; }

    /// <summary>Appends a tensor; returns where it begins.</summary>
    public long Append<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var offset = Begin((long)values.Length * Marshal.SizeOf<T>());
        Write(values);
        return offset;
    }

    /// <summary>Aligns for a tensor of the given size, which <see cref="Write"/> then brings in parts; returns where it begins.</summary>
    public long Begin(long length)
    {
        var alignment = length >= 16 * PageAlignment ? PageAlignment : LineAlignment;
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

    /// <summary>Waits until all is written.</summary>
    /// <returns>The file's SHA-256, in lower-case hexadecimal.</returns>
    /// <exception cref="IOException">A part could not be written.</exception>
    public string Complete()
    {
        HandOver();
        _blocks.Writer.TryComplete();
        _writing.GetAwaiter().GetResult();
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose()
    {
        _blocks.Writer.TryComplete();
        ((IAsyncResult)_writing).AsyncWaitHandle.WaitOne();
        _stream.Dispose();
        _hash.Dispose();
        ArrayPool<byte>.Shared.Return(_block);
        _block = [];
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        _position += bytes.Length;
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, BlockBytes - _filled);
            bytes[..count].CopyTo(_block.AsSpan(_filled));
            _filled += count;
            bytes = bytes[count..];
            if (_filled == BlockBytes)
            {
                HandOver();
            }
        }
    }

    private void HandOver()
    {
        while (!_blocks.Writer.TryWrite((_block, _filled)))
        {
            if (!_blocks.Writer.WaitToWriteAsync(_cancellationToken).AsTask().GetAwaiter().GetResult())
            {
                ExceptionDispatchInfo.Throw(_writing.Exception?.InnerException ?? new IOException($"'{FileName}' cannot be written."));
            }
        }

        _block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        _filled = 0;
    }

    private void WriteBlocks()
    {
        try
        {
            while (_blocks.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (_blocks.Reader.TryRead(out var next))
                {
                    _stream.Write(next.Block, 0, next.Length);
                    _hash.AppendData(next.Block, 0, next.Length);
                    ArrayPool<byte>.Shared.Return(next.Block);
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
