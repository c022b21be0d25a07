using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using MGLMM.Vision.Files;
using Microsoft.Win32.SafeHandles;

namespace MGLMM.Vision.Persistence;

/// <summary>
/// The folder of a saved workspace. <c>workspace.json</c> is what counts: it is put in place in one step, after every file that it speaks
/// of, and files that it no longer speaks of go after that. Those have the hash of their content in their names, so that no save
/// ever writes over a file of the one before.
/// </summary>
internal sealed partial class WorkspaceFolder
{
    private const string DocumentName = "workspace.json";
    private const string LockName = "workspace.lock";
    private const int HashInName = 16;
    private const int LongestExtension = 8;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseBetweenAttempts = TimeSpan.FromMilliseconds(2);

    private readonly string _path;

    public WorkspaceFolder(string path) => _path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    public string DocumentPath => Path.Combine(_path, DocumentName);

    private string ImagesPath => Path.Combine(_path, "images");

    private string ArtifactsPath => Path.Combine(_path, "artifacts");

    /// <summary>Where a picture's pixels are.</summary>
    public string ImagePath(string handle, string contentHash) => Path.Combine(ImagesPath, $"{handle}-{contentHash[..HashInName]}.png");

    /// <summary>Where an artifact's bytes are; of its own name only the extension is taken, and only a plain one.</summary>
    public string ArtifactPath(string handle, string sha256, string fileName)
    {
        string extension = Path.GetExtension(fileName).ToLowerInvariant();
        return Path.Combine(
            ArtifactsPath,
            $"{handle}-{sha256[..HashInName]}{(extension.Length is > 1 and <= LongestExtension && extension.Skip(1).All(char.IsAsciiLetterOrDigit) ? extension : ".bin")}");
    }

    /// <summary>Makes the folder ready to be written to and keeps other saves out until the result is disposed. Waits for those who hold it still to read it.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">It holds something else, another save is under way, it is read without a pause, or it cannot be written to.</exception>
    public IDisposable Claim(CancellationToken cancellationToken = default)
    {
        Make(_path);
        if (!IsOurs())
        {
            throw new IOException("The folder holds files that belong to no saved workspace, so none is saved there. Name an empty or a new folder.");
        }

        foreach (string folder in (string[])[ImagesPath, ArtifactsPath])
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
            {
                throw new IOException("A folder of the saved workspace is a link, so nothing is saved there. Name an empty or a new folder.");
            }

            Make(folder);
        }

        if (new FileInfo(Path.Combine(_path, LockName)).LinkTarget is not null)
        {
            throw new IOException($"{LockName} is a link, so nothing is saved there. Name an empty or a new folder.");
        }

        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (FolderLock.TryWrite(_path, LockName) is { } claim)
                {
                    return claim;
                }

                // Who may read beside those that have it knows that none of them writes.
                using FolderLock? beside = FolderLock.TryRead(_path, LockName);
                if (beside is null && File.Exists(Path.Combine(_path, LockName)))
                {
                    break;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw CannotWrite(exception);
            }

            Pause(started, "The folder is being read without a pause, so nothing was saved; a save from before is whole. Save again when less is going on.", cancellationToken);
        }

        throw new IOException("Another save into this folder is under way. Wait for it, or name another folder.");
    }

    /// <summary>Keeps saves out until the result is disposed, where that is possible at once.</summary>
    /// <param name="claim">Null where a save is under way.</param>
    /// <returns>False where nobody saves here: there is no lock, or none for us.</returns>
    public bool TryHoldStill(out IDisposable? claim)
    {
        claim = null;
        try
        {
            if (!File.Exists(Path.Combine(_path, LockName)))
            {
                return false;
            }

            claim = FolderLock.TryRead(_path, LockName);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A moment between two attempts of one who waits for others to save or to read.</summary>
    /// <param name="started">When the wait began, by <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <param name="whenTooLong">What is said where it took too long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">It took too long.</exception>
    public static void Pause(long started, string whenTooLong, CancellationToken cancellationToken)
    {
        if (Stopwatch.GetElapsedTime(started) > LongestWait)
        {
            throw new IOException(whenTooLong);
        }

        cancellationToken.WaitHandle.WaitOne(PauseBetweenAttempts);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Writes a file beside its place, makes sure that it is on the disk, and then puts it there in one step.</summary>
    /// <exception cref="IOException">The disk refuses; the message says why, and no path.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string beside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (Exception exception)
        {
            Delete(beside);
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw CannotWrite(exception);
            }

            throw;
        }
    }

    /// <summary>Takes away what earlier saves left, and nothing that is not of a form that we write.</summary>
    public void Clean(IReadOnlySet<string> kept)
    {
        try
        {
            foreach (string folder in (string[])[_path, ImagesPath, ArtifactsPath])
            {
                Regex form = folder == _path ? LeftDocument() : ContentFile();
                foreach (string? path in Directory.EnumerateFiles(folder).Where(path => !kept.Contains(path) && form.IsMatch(Path.GetFileName(path))).ToArray())
                {
                    Delete(path);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The save itself is done; the next one tries again.
        }
    }

    /// <summary>A file's bytes.</summary>
    /// <param name="path">One of this folder's.</param>
    /// <param name="maximum">Bytes at most, checked before memory is taken.</param>
    /// <param name="exact">Bytes that it must have; null where any number up to the maximum will do.</param>
    /// <exception cref="WorkspaceFormatException">It is not there, is a link, has another size, or cannot be read.</exception>
    public byte[] Read(string path, long maximum, long? exact = null)
    {
        string name = Path.GetRelativePath(_path, path).Replace('\\', '/');
        try
        {
            FileInfo file = new(path);
            if (!file.Exists)
            {
                throw WorkspaceFormatException.Damaged($"{name} is missing.");
            }

            if (file.LinkTarget is not null || (file.Directory!.FullName != _path && file.Directory.LinkTarget is not null))
            {
                throw WorkspaceFormatException.Damaged($"{name} is a link.");
            }

            using SafeFileHandle handle = PlainFile.OpenRead(_path, path, out long length);
            if (length > maximum || length > Array.MaxLength)
            {
                throw WorkspaceFormatException.Damaged($"{name} has {length:N0} bytes; at most {maximum:N0} are read.");
            }

            if (exact is not null && length != exact)
            {
                throw WorkspaceFormatException.Damaged($"{name} has {length:N0} bytes instead of {exact:N0}.");
            }

            byte[] content = new byte[length];
            return Fill(handle, content) == content.Length ? content : throw WorkspaceFormatException.Damaged($"{name} became shorter while it was read.");
        }
        catch (FileNotFoundException exception)
        {
            throw WorkspaceFormatException.Damaged($"{name} is missing.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw WorkspaceFormatException.Damaged($"{name} cannot be read.", exception);
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Left for the next save to take away.
        }
    }

    /// <summary>The first bytes of the document; none where there is no document.</summary>
    /// <exception cref="IOException">What is there is no file, or cannot be read.</exception>
    public byte[] ReadBeginning(int most)
    {
        try
        {
            using SafeFileHandle file = PlainFile.OpenRead(_path, DocumentPath, out long _);
            byte[] beginning = new byte[most];
            return beginning[..Fill(file, beginning)];
        }
        catch (FileNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{DocumentName} is no file that can be read, so nothing is saved there. Name an empty or a new folder.", exception);
        }
    }

    private static int Fill(SafeFileHandle file, Span<byte> content)
    {
        int filled = 0;
        int read;
        while (filled < content.Length && (read = RandomAccess.Read(file, content[filled..], filled)) > 0)
        {
            filled += read;
        }

        return filled;
    }

    private static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(exception);
        }
    }

    /// <summary>Why the disk took nothing, and what to do. Names no path: what was being written has a name that tells nobody anything.</summary>
    internal static IOException CannotWrite(Exception exception)
    {
        const int ReadOnlyUnix = 30;
        if (exception is UnauthorizedAccessException || (!OperatingSystem.IsWindows() && exception.HResult == ReadOnlyUnix))
        {
            return new IOException("The folder cannot be written to: it is read-only, or this program may not write there. Name another folder, or let it be written to.", exception);
        }

        // What .NET says of itself has no number of the system's.
        int code = exception.HResult & 0xFFFF;
        string reason = exception.HResult < 0 && !OperatingSystem.IsWindows() ? "it could not be written" : Marshal.GetPInvokeErrorMessage(code);
        return exception is IOException io && DiskFull.Is(io)
            ? new IOException("The disk is full: nothing was saved, and a save from before is whole. Make room, or name a folder on another disk.", exception)
            : new IOException(
                $"The disk refuses the save ({reason}); a save from before is whole. Name another folder, or look after the disk.",
                exception);
    }

    private bool IsOurs()
    {
        byte[] beginning = ReadBeginning(WorkspaceSeal.Beginning.Length);
        return beginning.Length > 0 || Path.Exists(DocumentPath)
            ? beginning.AsSpan().SequenceEqual(WorkspaceSeal.Beginning)

            // A first save that was interrupted leaves no more than this.
            : Directory.EnumerateFileSystemEntries(_path).All(path =>
                Path.GetFileName(path) is LockName or "images" or "artifacts" || LeftDocument().IsMatch(Path.GetFileName(path)));
    }

    [GeneratedRegex(@"^workspace\.json\.[0-9a-f]{32}\.tmp\z")]
    private static partial Regex LeftDocument();

    [GeneratedRegex(@"^(img|a)[0-9]+-[0-9a-f]{16}\.[a-z0-9]{1,8}(\.[0-9a-f]{32}\.tmp)?\z")]
    private static partial Regex ContentFile();
}
