namespace MGLMM.Orleans.Conversations;

/// <summary>A folder of this process, which goes with it. What a process that was killed has left goes when the next one begins beside it.</summary>
internal sealed class GatewayScratch : IDisposable
{
    private const string Prefix = "mglmm-gateway-";
    private const string LockName = "gateway.lock";
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _root;
    private readonly string _folder;
    private FileStream? _lock;

    /// <summary>Names a folder; it is not made yet.</summary>
    /// <param name="root">Where it will be; null takes the system's folder for such.</param>
    public GatewayScratch(string? root)
    {
        _root = root ?? Path.GetTempPath();
        _folder = Path.Combine(_root, $"{Prefix}{Guid.NewGuid():N}");
    }

    /// <summary>Makes the folder, for nobody else's eyes: what users showed lies here.</summary>
    public void Make()
    {
        _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(_folder) : Directory.CreateDirectory(_folder, OwnersAlone);
        _lock = new FileStream(Path.Combine(_folder, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Takes away what killed processes have left.</summary>
    /// <exception cref="IOException">Something of it cannot be taken away.</exception>
    public void Tidy()
    {
        // Where locks mean nothing on this disk, nobody can tell whose process has gone.
        if (!IsFree(Path.Combine(_folder, LockName)))
        {
            foreach (string left in Directory.GetDirectories(_root, Prefix + "*").Where(other => other != _folder && IsLeft(other)))
            {
                Directory.Delete(left, recursive: true);
            }
        }
    }

    /// <summary>A folder in it that nothing has yet; it is not made.</summary>
    public string NewFolder() => Path.Combine(_folder, Guid.NewGuid().ToString("N"));

    /// <summary>Ends the folder.</summary>
    /// <exception cref="IOException">Something of it is left.</exception>
    public void End()
    {
        Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
    }

    /// <summary>Whether it is a folder of this user's whose process has gone. Where everybody may write, others have folders of that name, or links.</summary>
    private static bool IsLeft(string folder)
    {
        DirectoryInfo found = new(folder);
        return found.LinkTarget is null && (OperatingSystem.IsWindows() || found.UnixFileMode == OwnersAlone) && IsFree(Path.Combine(folder, LockName));
    }

    /// <summary>Whether a lock can be had: the system lets go of a process' locks however it ends.</summary>
    private static bool IsFree(string path)
    {
        try
        {
            using FileStream taken = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Held, not there, or somebody else's.
            return false;
        }
    }
}
