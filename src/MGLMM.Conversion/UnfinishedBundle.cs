using System.Security.Cryptography;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Conversion;

/// <summary>
/// The hidden folder beside the output in which a bundle is written, and the lock file that says whose it is: held while its process
/// lives, empty while the bundle is being written, and with the SHA-256 of its manifest from the moment on that it is put in place. So
/// whatever a killed process leaves can be told from what a living one does, and finished or undone (<see cref="InterruptedConversions"/>).
/// </summary>
internal sealed class UnfinishedBundle : IDisposable
{
    public const string FolderSuffix = ".partial";

    public const string LockSuffix = ".lock";

    /// <summary>Where the bundle that is replaced stands meanwhile, where two folders cannot be swapped in one step.</summary>
    public const string ReplacedSuffix = ".replaced";

    private readonly FileStream _lock;
    private bool _keep;

    private UnfinishedBundle(string folder, FileStream @lock)
    {
        Folder = folder;
        _lock = @lock;
    }

    /// <summary>The folder to write to.</summary>
    public string Folder { get; }

    /// <summary>Whatever lies beside an output under the name of such a folder and an ending, in order.</summary>
    public static string[] Find(string output, string ending)
    {
        const int GuidLength = 32;
        string parent = ParentOf(output);
        string start = $".{Path.GetFileName(output)}.";
        return Directory.Exists(parent)
            ? [.. Directory.EnumerateFileSystemEntries(parent).Where(IsOne).Order(StringComparer.Ordinal)]
            : [];

        bool IsOne(string path)
        {
            // Exactly, because another output may be called as this one and a dot.
            string name = Path.GetFileName(path);
            return name.Length == start.Length + GuidLength + FolderSuffix.Length + ending.Length
                && name.StartsWith(start, StringComparison.Ordinal)
                && name.EndsWith(FolderSuffix + ending, StringComparison.Ordinal)
                && name.AsSpan(start.Length, GuidLength).IndexOfAnyExcept("0123456789abcdef") < 0;
        }
    }

    /// <summary>Makes the folder beside the output.</summary>
    public static UnfinishedBundle Create(string output)
    {
        string parent = ParentOf(output);
        Directory.CreateDirectory(parent);
        string folder = Path.Combine(parent, $".{Path.GetFileName(output)}.{Guid.NewGuid():N}{FolderSuffix}");
        FileStream held = new(folder + LockSuffix, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        try
        {
            Directory.CreateDirectory(folder);
            return new UnfinishedBundle(folder, held);
        }
        catch
        {
            held.Dispose();
            File.Delete(folder + LockSuffix);
            throw;
        }
    }

    /// <summary>Takes over the lock of a process that has ended; null if it lives.</summary>
    public static FileStream? TryTakeOver(string lockPath)
    {
        try
        {
            return new FileStream(lockPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The SHA-256 of a folder's manifest, or null if there is none.</summary>
    public static string? HashOfManifest(string folder)
    {
        string path = Path.Combine(folder, BundleManifest.FileName);
        return File.Exists(path) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) : null;
    }

    /// <summary>Writes down that the bundle is complete and about to be put in place.</summary>
    public void BeginPublishing() => WriteDown(Folder);

    /// <summary>Takes a bundle that was finished elsewhere on this disk. Its hash is written down before it moves, so that a killed process never leaves it as something half written.</summary>
    /// <param name="finished">Its folder, which is moved.</param>
    public void Adopt(string finished)
    {
        WriteDown(finished);
        Directory.Delete(Folder);
        Directory.Move(finished, Folder);
    }

    /// <summary>The folder stays when this is disposed: what it holds is finished.</summary>
    public void Keep() => _keep = true;

    /// <summary>Deletes what is left of the folder, unless it is kept, and the lock.</summary>
    public void Dispose()
    {
        if (!_keep)
        {
            FolderExchange.TryDelete(Folder);
        }

        // Deleted while it is held, so that nobody takes it over in between; Windows deletes only what is closed.
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(Folder + LockSuffix);
        }

        _lock.Dispose();
        if (OperatingSystem.IsWindows())
        {
            File.Delete(Folder + LockSuffix);
        }
    }

    private void WriteDown(string bundle)
    {
        _lock.Position = 0;
        _lock.Write(System.Text.Encoding.ASCII.GetBytes(HashOfManifest(bundle) ?? string.Empty));
        _lock.Flush(flushToDisk: true);
    }

    private static string ParentOf(string output) =>
        Path.GetDirectoryName(output) ?? throw new ConversionException($"'{output}' is no folder that can be made.");
}
