using System.Text.RegularExpressions;

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

    /// <summary>Makes the folder ready to be written to and keeps other saves out until the result is disposed.</summary>
    /// <exception cref="IOException">It holds something else, or another save is under way.</exception>
    public FileStream Claim()
    {
        Directory.CreateDirectory(_path);
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

            Directory.CreateDirectory(folder);
        }

        try
        {
            return new FileStream(Path.Combine(_path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException exception)
        {
            throw new IOException("Another save into this folder is under way. Wait for it, or name another folder.", exception);
        }
    }

    /// <summary>Writes a file beside its place, makes sure that it is on the disk, and then puts it there in one step.</summary>
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
        catch
        {
            Delete(beside);
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

            long length = file.Length;
            if (length > maximum || length > Array.MaxLength)
            {
                throw WorkspaceFormatException.Damaged($"{name} has {length:N0} bytes; at most {maximum:N0} are read.");
            }

            if (exact is not null && length != exact)
            {
                throw WorkspaceFormatException.Damaged($"{name} has {length:N0} bytes instead of {exact:N0}.");
            }

            // A pipe has no length, and opening one would wait for a writer.
            if (length == 0)
            {
                return [];
            }

            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
            byte[] content = new byte[length];
            stream.ReadExactly(content);
            return content;
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

    private bool IsOurs()
    {
        if (File.Exists(DocumentPath))
        {
            Span<byte> beginning = stackalloc byte[WorkspaceSeal.Beginning.Length];
            using FileStream stream = new(DocumentPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            int read = stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
            return beginning[..read].SequenceEqual(WorkspaceSeal.Beginning);
        }

        // A first save that was interrupted leaves no more than this.
        return Directory.EnumerateFileSystemEntries(_path).All(path =>
            Path.GetFileName(path) is LockName or "images" or "artifacts" || LeftDocument().IsMatch(Path.GetFileName(path)));
    }

    [GeneratedRegex(@"^workspace\.json\.[0-9a-f]{32}\.tmp\z")]
    private static partial Regex LeftDocument();

    [GeneratedRegex(@"^(img|a)[0-9]+-[0-9a-f]{16}\.[a-z0-9]{1,8}(\.[0-9a-f]{32}\.tmp)?\z")]
    private static partial Regex ContentFile();
}
