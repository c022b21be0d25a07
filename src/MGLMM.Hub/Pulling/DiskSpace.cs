namespace MGLMM.Hub.Pulling;

/// <summary>Free space where a folder is or will be.</summary>
internal static class DiskSpace
{
    private static readonly StringComparison Comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>Bytes that this user may still write there; no end of them where nobody says, as of a share: the disk itself will.</summary>
    public static long Available(string path)
    {
        try
        {
            return new DriveInfo(Existing(path)).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }

    /// <summary>Whether two folders share their space.</summary>
    public static bool IsSame(string one, string other) => string.Equals(Mount(one), Mount(other), Comparison);

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
        return Roots()
            .Where(root => path.Equals(root, Comparison) || path.StartsWith(root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar, Comparison))
            .MaxBy(root => root.Length) ?? Path.GetPathRoot(path) ?? path;
    }

    private static string[] Roots()
    {
        try
        {
            return [.. DriveInfo.GetDrives().Select(drive => drive.RootDirectory.FullName)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
