using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MGLMM.Vision.Files;

/// <summary>
/// Opens a file that somebody else may exchange at any moment: once, without following a link below a trusted folder and without waiting for
/// a pipe's other end. What is checked afterwards is the open file, never its name.
/// </summary>
internal static class PlainFile
{
    /// <summary>Opens a file below a folder for reading.</summary>
    /// <param name="folder">A full path that is trusted; it may itself be reached through links.</param>
    /// <param name="path">A full path below it, in which nothing is a link.</param>
    /// <param name="length">The length of the file that was opened.</param>
    /// <returns>The file, to be disposed. A folder opens too, and cannot be read.</returns>
    /// <exception cref="FileNotFoundException">There is nothing there.</exception>
    /// <exception cref="IOException">A link or something that is no file is there, or the file system does not answer.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SafeFileHandle OpenRead(string folder, string path, out long length)
    {
        SafeFileHandle file = SystemFiles.AreKnown
            ? OpenStepwise(folder, path, SystemFiles.ReadOnly)
            : OpenAndLook(folder, path);
        try
        {
            // A pipe, a socket or a terminal has no length at all, a device that of 0.
            length = RandomAccess.GetLength(file);
            return file;
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

    /// <summary>Opens a file below a folder as <see cref="OpenRead"/> does, with the access that is asked for.</summary>
    public static SafeFileHandle OpenStepwise(string folder, string path, int access)
    {
        string[] names = Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        SafeFileHandle at = Opened(SystemFiles.Open(folder, SystemFiles.ReadOnly | SystemFiles.OnlyFolders | SystemFiles.NotInherited));
        try
        {
            for (int index = 0; index < names.Length; index++)
            {
                int flags = index == names.Length - 1 ? access | SystemFiles.WithoutWaiting : SystemFiles.ReadOnly | SystemFiles.OnlyFolders;
                SafeFileHandle next = Opened(SystemFiles.OpenAt(at, names[index], flags | SystemFiles.NoLinks | SystemFiles.NotInherited));
                at.Dispose();
                at = next;
            }

            return at;
        }
        catch
        {
            at.Dispose();
            throw;
        }
    }

    private static SafeFileHandle Opened(SafeFileHandle handle)
    {
        if (!handle.IsInvalid)
        {
            return handle;
        }

        int error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        string message = Marshal.GetPInvokeErrorMessage(error);
        throw error == SystemFiles.NoSuchEntry ? new FileNotFoundException(message)
            : error == SystemFiles.AccessDenied || error == SystemFiles.NotPermitted ? new UnauthorizedAccessException(message)
            : new IOException(message, error);
    }

    /// <summary>Where files cannot be opened step by step (Windows): opens, and then looks whether a link led there.</summary>
    private static SafeFileHandle OpenAndLook(string folder, string path)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        for (string? at = path; at is not null && at.Length > folder.Length; at = Path.GetDirectoryName(at))
        {
            if (new FileInfo(at).LinkTarget is not null)
            {
                file.Dispose();
                throw new IOException("What is there was reached through a link.");
            }
        }

        return file;
    }
}
