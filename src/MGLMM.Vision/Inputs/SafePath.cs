namespace MGLMM.Vision.Inputs;

/// <summary>Paths from untrusted callers: which forms are refused, and where a path really leads.</summary>
internal static class SafePath
{
    private const int MaximumLength = 1024;
    private const int MaximumLinks = 40;

    private static readonly StringComparison Comparison =
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>
    /// Whether a path has a form that is never followed: empty, too long, with control characters, a network (UNC) or device path,
    /// an address, or (on Windows) a drive-relative path or an alternate stream.
    /// </summary>
    public static bool IsForbiddenForm(string path)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Length > MaximumLength || path.Any(char.IsControl) || path.Contains("://", StringComparison.Ordinal))
        {
            return true;
        }

        // \\server, //server, \\?\, \\.\ and \??\, whichever way the slashes lean.
        string forward = path.Replace('\\', '/');
        if (forward.StartsWith("//", StringComparison.Ordinal) || forward.StartsWith("/??/", StringComparison.Ordinal))
        {
            return true;
        }

        if (!OperatingSystem.IsWindows())
        {
            return false;
        }

        int colon = path.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && (colon != 1 || path.Length < 3 || path[2] is not ('\\' or '/') || path.IndexOf(':', 2) >= 0);
    }

    /// <summary>Whether a full path lies inside a folder, by its text.</summary>
    public static bool IsInside(string path, string folder)
    {
        string root = Path.TrimEndingDirectorySeparator(folder);
        return path.StartsWith(root, Comparison)
            && (path.Length > root.Length && (Path.EndsInDirectorySeparator(root) || path[root.Length] == Path.DirectorySeparatorChar));
    }

    /// <summary>The full path with every link in it resolved; null where the links lead nowhere, in circles, or to a forbidden form.</summary>
    /// <exception cref="IOException">The file system does not answer.</exception>
    /// <exception cref="UnauthorizedAccessException">It does not let us look.</exception>
    public static string? Resolve(string fullPath)
    {
        int links = 0;
        string current = Path.GetPathRoot(fullPath)!;
        Stack<string> rest = new(Segments(fullPath, current).Reverse());
        while (rest.TryPop(out string? segment))
        {
            string next = Path.Combine(current, segment);
            string? target = Directory.Exists(next) ? new DirectoryInfo(next).LinkTarget : new FileInfo(next).LinkTarget;
            if (target is null)
            {
                current = next;
                continue;
            }

            if (++links > MaximumLinks || IsForbiddenForm(target))
            {
                return null;
            }

            // The link's own segments come next, from the root again, so that links among them are resolved too.
            string full = Path.GetFullPath(target, current);
            if (IsForbiddenForm(full))
            {
                return null;
            }

            current = Path.GetPathRoot(full)!;
            foreach (string? part in Segments(full, current).Reverse())
            {
                rest.Push(part);
            }
        }

        return current;
    }

    private static IEnumerable<string> Segments(string path, string root) =>
        path[root.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
}
