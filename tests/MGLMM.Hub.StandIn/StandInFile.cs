using System.Security.Cryptography;
using System.Text;

namespace MGLMM.Hub.StandIn;

/// <summary>A file that a stand-in hub serves: on the disk, with the hashes that a hub knows it by.</summary>
internal sealed class StandInFile
{
    /// <summary>Where a hub keeps files in LFS, apart from those that git's attributes name.</summary>
    private const long LargeFromBytes = 1 << 20;

    private static readonly string[] LargeEndings = [".safetensors", ".bin", ".model"];

    public StandInFile(string source)
    {
        Source = source;
        Length = new FileInfo(source).Length;
        IsLarge = Length >= LargeFromBytes || LargeEndings.Any(ending => source.EndsWith(ending, StringComparison.Ordinal));
        using FileStream stream = File.OpenRead(source);
        if (IsLarge)
        {
            Hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        else
        {
            using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
            digest.AppendData(Encoding.ASCII.GetBytes($"blob {Length}\0"));
            digest.AppendData(File.ReadAllBytes(source));
            Hash = Convert.ToHexStringLower(digest.GetHashAndReset());
        }
    }

    /// <summary>The file on the disk.</summary>
    public string Source { get; }

    public long Length { get; }

    /// <summary>SHA-256 of a large file, git's blob hash of a small one.</summary>
    public string Hash { get; set; }

    /// <summary>Whether it is kept in LFS and served by the second host.</summary>
    public bool IsLarge { get; }
}
