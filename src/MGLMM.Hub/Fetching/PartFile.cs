using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace MGLMM.Hub.Fetching;

/// <summary>
/// A file that is being fetched in ranges, and beside it a map of the blocks that are there, so that a run that was stopped at any moment is gone on
/// with. Open in one process at a time. Writes of different ranges may run side by side.
/// </summary>
internal sealed class PartFile : IDisposable
{
    /// <summary>What is lost of a connection's work at most, if the process is killed.</summary>
    public const int BlockBytes = 256 << 10;

    private const int HeaderBytes = 24;

    private const int VerifiedOffset = 16;

    private readonly SafeFileHandle _data;
    private readonly FileStream _map;
    private readonly SafeFileHandle _mapHandle;
    private readonly byte[] _blocks;
    private readonly Lock _lock = new();
    private long _doneBlocks;

    private PartFile(string path, long length, SafeFileHandle data, FileStream map)
    {
        Path = path;
        Length = length;
        _data = data;
        _map = map;
        _mapHandle = map.SafeFileHandle;
        _blocks = new byte[(length + BlockBytes - 1) / BlockBytes];
    }

    /// <summary>Where the bytes are.</summary>
    public string Path { get; }

    /// <summary>How many there will be.</summary>
    public long Length { get; }

    /// <summary>True once the whole was found to have its hash.</summary>
    public bool IsVerified { get; private set; }

    /// <summary>True when every block is there.</summary>
    public bool IsComplete => Interlocked.Read(ref _doneBlocks) == _blocks.Length;

    /// <summary>Bytes that are there, in whole blocks.</summary>
    public long DoneBytes
    {
        get
        {
            lock (_lock)
            {
                return _blocks.Length == 0 ? 0 : (_doneBlocks * BlockBytes) - (_blocks[^1] != 0 ? (_blocks.Length * (long)BlockBytes) - Length : 0);
            }
        }
    }

    private static ReadOnlySpan<byte> Magic => "mglmmpt1"u8;

    /// <summary>Opens what an earlier run left, or begins.</summary>
    /// <param name="path">Where the bytes go; the map is beside it.</param>
    /// <param name="length">The length of the whole.</param>
    /// <exception cref="HubException">Another process has it open.</exception>
    public static PartFile Open(string path, long length)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        FileStream map;
        try
        {
            // No other process opens it while this one has it.
            map = new FileStream(MapPath(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException) && File.Exists(MapPath(path)))
        {
            throw new HubException(HubProblem.Busy, $"Another process is fetching '{System.IO.Path.GetFileName(path)}'. Wait for it, or end it, and run the same command again.", exception);
        }

        SafeFileHandle? data = null;
        try
        {
            data = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous);
            PartFile part = new(path, length, data, map);
            part.Load();
            return part;
        }
        catch
        {
            data?.Dispose();
            map.Dispose();
            throw;
        }
    }

    /// <summary>Removes what an earlier run left.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(MapPath(path));
    }

    /// <summary>The ranges that are missing, each from a block's beginning to a block's end.</summary>
    public IReadOnlyList<(long Start, long End)> Missing()
    {
        lock (_lock)
        {
            List<(long Start, long End)> ranges = new();
            for (int block = 0; block < _blocks.Length; block++)
            {
                if (_blocks[block] == 0)
                {
                    (long start, long end) = ((long)block * BlockBytes, Math.Min(Length, (block + 1L) * BlockBytes));
                    if (ranges.Count > 0 && ranges[^1].End == start)
                    {
                        ranges[^1] = (ranges[^1].Start, end);
                    }
                    else
                    {
                        ranges.Add((start, end));
                    }
                }
            }

            return ranges;
        }
    }

    /// <summary>Writes bytes to their place.</summary>
    public ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => RandomAccess.WriteAsync(_data, bytes, offset, cancellationToken);

    /// <summary>Reads bytes that are there.</summary>
    public void Read(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(_data, destination, offset);
            if (read == 0)
            {
                throw new IOException($"'{Path}' is shorter than it should be.");
            }

            offset += read;
            destination = destination[read..];
        }
    }

    /// <summary>Says that a range, which begins where a block begins, is written up to a place.</summary>
    public void Done(long start, long end)
    {
        lock (_lock)
        {
            int last = end == Length ? _blocks.Length : (int)(end / BlockBytes);
            for (int block = (int)(start / BlockBytes); block < last; block++)
            {
                if (_blocks[block] == 0)
                {
                    _blocks[block] = 1;
                    _doneBlocks++;
                    RandomAccess.Write(_mapHandle, [1], HeaderBytes + block);
                }
            }
        }
    }

    /// <summary>Says that the whole has its hash.</summary>
    public void Verified()
    {
        // What was made of it may be all that is left of it soon.
        RandomAccess.FlushToDisk(_data);
        RandomAccess.Write(_mapHandle, [1], VerifiedOffset);
        IsVerified = true;
    }

    /// <summary>Begins again from nothing.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            Array.Clear(_blocks);
            _doneBlocks = 0;
            IsVerified = false;
            RandomAccess.SetLength(_data, 0);
            WriteHeader();
        }
    }

    public void Dispose()
    {
        _data.Dispose();
        _map.Dispose();
    }

    private static string MapPath(string path) => path + ".map";

    private void Load()
    {
        byte[] bytes = new byte[HeaderBytes + _blocks.Length];
        if (_map.Length != bytes.Length)
        {
            Reset();
            return;
        }

        _map.ReadExactly(bytes);
        bytes.AsSpan(HeaderBytes).CopyTo(_blocks);
        int highest = Array.LastIndexOf(_blocks, (byte)1) + 1;
        if (!bytes.AsSpan().StartsWith(Magic)
            || BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(Magic.Length)) != Length
            || RandomAccess.GetLength(_data) < Math.Min(Length, (long)highest * BlockBytes)
            || _blocks.AsSpan().ContainsAnyExcept((byte)0, (byte)1))
        {
            Reset();
            return;
        }

        _doneBlocks = _blocks.Count(block => block == 1);
        IsVerified = bytes[VerifiedOffset] == 1 && IsComplete;
    }

    private void WriteHeader()
    {
        byte[] bytes = new byte[HeaderBytes + _blocks.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(Magic.Length), Length);
        RandomAccess.SetLength(_mapHandle, bytes.Length);
        RandomAccess.Write(_mapHandle, bytes, 0);
    }
}
