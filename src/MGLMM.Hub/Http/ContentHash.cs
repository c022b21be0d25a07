using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MGLMM.Hub.Http;

/// <summary>
/// The two hashes by which a hub knows its files: SHA-256 of large ones, and git's blob hash of small ones (SHA-1 of <c>blob LENGTH\0</c> and the bytes).
/// </summary>
internal static class ContentHash
{
    private const int Sha256Digits = 64;

    private const int GitDigits = 40;

    private const int BufferBytes = 1 << 20;

    /// <summary>An entity tag or a listed hash as lower-case digits; null for anything that is neither of the two.</summary>
    public static string? Normalize(string? text)
    {
        if (text is null)
        {
            return null;
        }

        text = text.Trim();
        text = text.StartsWith("W/", StringComparison.Ordinal) ? text[2..] : text;
        text = text.Trim('"');
        text = text.StartsWith("sha256:", StringComparison.OrdinalIgnoreCase) ? text[7..] : text;
        return text.Length is Sha256Digits or GitDigits && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : null;
    }

    /// <summary>Whether a file has the hash.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hash">As <see cref="Normalize"/> gives it.</param>
    /// <param name="progress">Told of bytes as they are read.</param>
    /// <param name="cancellationToken">Observed at each megabyte.</param>
    public static async Task<bool> MatchesAsync(string path, string hash, Action<long>? progress, CancellationToken cancellationToken)
    {
        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan | FileOptions.Asynchronous);
        await using (file.ConfigureAwait(false))
        {
            using IncrementalHash digest = Start(hash, file.Length);
            byte[] buffer = new byte[BufferBytes];
            int read;
            while ((read = await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                digest.AppendData(buffer, 0, read);
                progress?.Invoke(read);
            }

            return Convert.ToHexStringLower(digest.GetHashAndReset()) == hash;
        }
    }

    /// <summary>Whether bytes have the hash.</summary>
    public static bool Matches(ReadOnlySpan<byte> bytes, string hash)
    {
        using IncrementalHash digest = Start(hash, bytes.Length);
        digest.AppendData(bytes);
        return Convert.ToHexStringLower(digest.GetHashAndReset()) == hash;
    }

    /// <summary>The git blob hash of bytes, for a file of which the hub gave no hash.</summary>
    public static string OfBlob(ReadOnlySpan<byte> bytes)
    {
        using IncrementalHash digest = Start(new string('0', GitDigits), bytes.Length);
        digest.AppendData(bytes);
        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    private static IncrementalHash Start(string hash, long length)
    {
        if (hash.Length == Sha256Digits)
        {
            return IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        }

#pragma warning disable CA5350 // Git's own hash: it finds damage, it is not what keeps anybody out.
        IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        digest.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {length}\0")));
        return digest;
    }
}
