using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MGLMM.Vision.Files;

/// <summary>
/// A lock on a folder, held through an empty file in it: by one who writes or by any number who read, over all processes of a machine. Ends when
/// disposed, and with its process. Locks of .NET's own (a file that is shared with nobody) keep it out and are kept out by it.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly IDisposable _file;

    private FolderLock(IDisposable file) => _file = file;

    /// <summary>Takes the lock for writing, or says that somebody has it.</summary>
    /// <param name="folder">A full path.</param>
    /// <param name="name">The file's name; it is made where it is not there.</param>
    /// <returns>The lock, or null where somebody else has it.</returns>
    /// <exception cref="IOException">The file is a link or no file, or the disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static FolderLock? TryWrite(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        if (!SystemFiles.AreKnown)
        {
            return TryShared(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }

        if (!Path.Exists(path) && new FileInfo(path).LinkTarget is null)
        {
            try
            {
                // Makes a new file or none: it follows no link.
                File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write).Dispose();
            }
            catch (IOException) when (Path.Exists(path))
            {
                // Somebody else was quicker.
            }
        }

        return TryLock(folder, path, SystemFiles.ReadWrite, SystemFiles.LockExclusive);
    }

    /// <summary>Takes the lock for reading, or says that somebody writes.</summary>
    /// <param name="folder">A full path.</param>
    /// <param name="name">The file's name.</param>
    /// <returns>The lock; null where somebody writes, or where there is no such file.</returns>
    /// <exception cref="IOException">The file is a link or no file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static FolderLock? TryRead(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        try
        {
            return SystemFiles.AreKnown
                ? TryLock(folder, path, SystemFiles.ReadOnly, SystemFiles.LockShared)
                : TryShared(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    private static FolderLock? TryLock(string folder, string path, int access, int operation)
    {
        SafeFileHandle file = PlainFile.OpenStepwise(folder, path, access);
        try
        {
            RandomAccess.GetLength(file);
            if (SystemFiles.Lock(file, operation | SystemFiles.LockWithoutWaiting) == 0 || Marshal.GetLastPInvokeError() != SystemFiles.WouldBlock)
            {
                // A file system that knows no locks lets everybody in, as .NET does.
                return new FolderLock(file);
            }

            file.Dispose();
            return null;
        }
        catch (NotSupportedException exception)
        {
            file.Dispose();
            throw new IOException("What is there is no file: a pipe or a device.", exception);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static FolderLock? TryShared(string path, FileMode mode, FileAccess access, FileShare share)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new IOException("What is there was reached through a link.");
        }

        try
        {
            return new FolderLock(new FileStream(path, mode, access, share, bufferSize: 1));
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException) && File.Exists(path))
        {
            return null;
        }
    }
}
