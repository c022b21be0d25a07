using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace MGLMM.Conversion.Checkpoints;

/// <summary>
/// A checkpoint file opened for reading: headers by positioned reads, tensor data by short-lived memory-mapped windows.
/// </summary>
/// <remarks>
/// A window is mapped for one read and unmapped after it, so neither address space nor resident memory grows with the
/// file. Thread-safe for reads. Dispose while a read runs is safe: the read finishes on its own window, or the next
/// window throws <see cref="ObjectDisposedException"/>.
/// </remarks>
internal abstract class MappedFile : IDisposable
{
    /// <param name="name">The file name without its folder.</param>
    /// <param name="length">The length in bytes.</param>
    protected MappedFile(string name, long length)
    {
        Name = name;
        Length = length;
    }

    /// <summary>The file name without its folder.</summary>
    public string Name { get; }

    /// <summary>The length in bytes when the file was opened.</summary>
    public long Length { get; }

    /// <summary>
    /// True where only the header's own bytes can be read yet. The offset of an entry's data in a zip file is then that of the entry's local header,
    /// which <see cref="Map"/> understands: where the data begins is known when the file is there.
    /// </summary>
    public virtual bool IsOutline => false;

    /// <summary>Opens a file; links are followed.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointFormatException">The file is empty, or not a regular file.</exception>
    public static MappedFile Open(string path)
    {
        // The length is asked before the file is opened, because opening a pipe would wait for its writer for ever.
        FileInfo file = LinkedFile.Follow(path);
        if (!file.Exists)
        {
            throw new FileNotFoundException($"There is no checkpoint file '{path}'.", path);
        }

        if (file.Length == 0)
        {
            throw new CheckpointFormatException(
                Path.GetFileName(path), "The file is empty or not a regular file. " + CheckpointFormatException.FetchAgainAdvice);
        }

        // A file that has just arrived may still be open for writing, by whoever fetched it.
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.RandomAccess);
        try
        {
            return new LocalFile(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Waits until <see cref="Map"/> need not wait: nothing to do for a file on the disk.</summary>
    public virtual void Await()
    {
    }

    /// <summary>Reads exactly <paramref name="destination"/>; the caller has checked the range against <see cref="Length"/>.</summary>
    public abstract void Read(long offset, Span<byte> destination);

    /// <summary>Maps a range; dispose the window when done.</summary>
    /// <exception cref="IOException">The file is shorter than when it was opened.</exception>
    public abstract MappedWindow Map(long offset, long length);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>A file that lies on the disk, whole.</summary>
    private sealed class LocalFile : MappedFile
    {
        private readonly FileStream _stream;
        private readonly SafeFileHandle _handle;
        private readonly MemoryMappedFile _mapping;

        public LocalFile(string path, FileStream stream)
            : base(Path.GetFileName(path), stream.Length)
        {
            _stream = stream;
            _handle = stream.SafeFileHandle;
            _mapping = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        }

        public override void Read(long offset, Span<byte> destination)
        {
            while (!destination.IsEmpty)
            {
                int read = RandomAccess.Read(_handle, destination, offset);
                if (read == 0)
                {
                    throw Shrunk();
                }

                offset += read;
                destination = destination[read..];
            }
        }

        public override MappedWindow Map(long offset, long length)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
            ObjectDisposedException.ThrowIf(_handle.IsClosed, this);

            // Touching a mapped page beyond the end of a file kills the process, so a file cut short since is noticed here.
            if (RandomAccess.GetLength(_handle) < offset + length)
            {
                throw Shrunk();
            }

            return new MappedWindow(_mapping.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read));
        }

        public override void Dispose()
        {
            _mapping.Dispose();
            _stream.Dispose();
        }

        private IOException Shrunk() =>
            new($"'{Name}' became shorter while it was read. Leave the checkpoint alone until the conversion is done.");
    }
}
