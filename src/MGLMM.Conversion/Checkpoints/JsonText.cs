namespace MGLMM.Conversion.Checkpoints;

/// <summary>The bytes of a JSON file as editors, clones and downloads leave them.</summary>
internal static class JsonText
{
    /// <summary>The text behind a UTF-8 byte order mark, which editors on Windows write and JSON parsers refuse.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(byte[] file) => file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? file.AsMemory(3) : file;

    /// <summary>Why the file is no JSON at all and what to do, or null if its first bytes may be.</summary>
    public static string? Problem(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || file.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
            ? "It is written in UTF-16. Save it as UTF-8."
            : ForeignFile.Describe(file);
}
