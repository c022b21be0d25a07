using System.Security.Cryptography;

namespace MGLMM.Vision.Persistence;

/// <summary>A file as it was when this process wrote or read it.</summary>
internal sealed record SavedFile(string Sha256, long Bytes, DateTime WrittenUtc)
{
    public static SavedFile Of(string path, ReadOnlySpan<byte> content) =>
        new(Convert.ToHexStringLower(SHA256.HashData(content)), content.Length, File.GetLastWriteTimeUtc(path));

    /// <summary>Whether length and time are still the same.</summary>
    public bool IsUntouched(string path)
    {
        FileInfo file = new(path);
        return file.Exists && file.LinkTarget is null && file.Length == Bytes && file.LastWriteTimeUtc == WrittenUtc;
    }
}
