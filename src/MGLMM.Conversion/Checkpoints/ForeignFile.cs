namespace MGLMM.Conversion.Checkpoints;

/// <summary>What stands in a file's place when a download or a clone went wrong, told by its first bytes.</summary>
internal static class ForeignFile
{
    /// <summary>The most bytes that <see cref="Describe"/> looks at.</summary>
    public const int SniffedBytes = 64;

    /// <summary>What the file is and what to do, or null if it is neither a Git LFS pointer nor a web page.</summary>
    public static string? Describe(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("version https://git-lfs"u8))
        {
            return "It is a Git LFS pointer, not the file itself. Fetch the file with: git lfs pull.";
        }

        return start.StartsWith("<!doc"u8) || start.StartsWith("<!DOC"u8) || start.StartsWith("<html"u8) || start.StartsWith("<?xml"u8)
            ? "It is a web page, probably an error page saved in place of the file. Download it again."
            : null;
    }

    /// <summary>The first bytes of a regular file, as <see cref="Describe"/> wants them.</summary>
    public static string? DescribeFile(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        Span<byte> start = stackalloc byte[SniffedBytes];
        return Describe(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
    }
}
