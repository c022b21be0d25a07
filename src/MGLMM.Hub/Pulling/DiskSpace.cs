namespace MGLMM.Hub.Pulling;

/// <summary>Free space where a folder is or will be.</summary>
internal static class DiskSpace
{
    /// <summary>Bytes that this user may still write there.</summary>
    public static long Available(string path) => new DriveInfo(Existing(path)).AvailableFreeSpace;

    /// <summary>Whether two folders share their space.</summary>
    public static bool IsSame(string one, string other) => Mount(one) == Mount(other);

    /// <summary>Bytes for people.</summary>
    public static string Text(long bytes) => bytes switch
    {
        >= 1_000_000_000 => FormattableString.Invariant($"{bytes / 1e9:0.0} GB"),
        >= 1_000_000 => FormattableString.Invariant($"{bytes / 1e6:0.0} MB"),
        _ => FormattableString.Invariant($"{bytes / 1e3:0.0} kB"),
    };

    /// <summary>The folder, or the nearest above it that exists, by its own name: links lead to other disks.</summary>
    private static string Existing(string path)
    {
        path = Path.GetFullPath(path);
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } parent)
        {
            path = parent;
        }

        return Followed(path);
    }

    private static string Followed(string path)
    {
        string at = Path.GetPathRoot(path)!;
        foreach (string part in path[at.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            at = Path.Combine(at, part);

            // What a link names may lie behind another one.
            at = new DirectoryInfo(at).ResolveLinkTarget(returnFinalTarget: false) is { } target ? Followed(target.FullName) : at;
        }

        return at;
    }

    private static string Mount(string path)
    {
        path = Existing(path);
        return DriveInfo.GetDrives().Select(drive => drive.RootDirectory.FullName)
            .Where(root => path == root || path.StartsWith(root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .MaxBy(root => root.Length) ?? Path.GetPathRoot(path) ?? path;
    }
}
