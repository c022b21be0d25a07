using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace MGLMM.Server.Security;

/// <summary>
/// The keys that let callers in, one owner each, from a file with a line <c>owner key</c> each; <c>#</c> begins a comment. The file is read again
/// whenever it has changed, so that a key that is taken out counts no more with the next request. Thread-safe.
/// </summary>
/// <remarks>
/// Keys are compared as hashes, each with all of them, in a time that tells nothing about how much of a key was right. A file that cannot be
/// read or understood lets nobody in.
/// </remarks>
internal sealed partial class ApiKeyFile
{
    /// <summary>Characters that a key has at least.</summary>
    public const int ShortestKey = 16;

    private const int LongestOwner = 100;
    private const int LargestFile = 1 << 20;

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly ILogger _logger;
    private (DateTime Written, long Length) _version;
    private IReadOnlyList<Entry> _entries;

    /// <summary>Reads the file.</summary>
    /// <exception cref="ArgumentException">It cannot be read, or a line of it is wrong. The message names the line, never a key.</exception>
    public ApiKeyFile(string path, ILogger logger)
    {
        _path = path;
        _logger = logger;
        try
        {
            using FileStream file = Open(path);
            (_version, _entries) = (VersionOf(file), Read(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The file of API keys '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The owner of a key; null where it is none.</summary>
    public string? OwnerOf(string key)
    {
        Span<byte> presented = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), presented);
        string? owner = null;
        foreach (Entry entry in Current())
        {
            if (CryptographicOperations.FixedTimeEquals(entry.Hash, presented))
            {
                owner = entry.Owner;
            }
        }

        return owner;
    }

    private IReadOnlyList<Entry> Current()
    {
        lock (_gate)
        {
            try
            {
                using FileStream file = Open(_path);
                (DateTime Written, long Length) version = VersionOf(file);
                if (version != _version)
                {
                    _version = version;
                    _entries = Read(file);
                    LogRead(_logger, _entries.Count);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                if (_entries.Count > 0)
                {
                    LogUnreadable(_logger, exception.Message);
                }

                _entries = [];
                _version = default;
            }

            return _entries;
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Of the opened file and not of its path: secrets are mounted as links, and what changes is where they lead.</summary>
    private static (DateTime Written, long Length) VersionOf(FileStream file) => (File.GetLastWriteTimeUtc(file.SafeFileHandle), file.Length);

    private static List<Entry> Read(FileStream file)
    {
        if (file.Length > LargestFile)
        {
            throw new ArgumentException($"The file of API keys has more than {LargestFile} bytes.");
        }

        List<Entry> entries = new();
        int number = 0;
        using StreamReader reader = new(file, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            number++;
            string text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            if (text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is not [var owner, var key])
            {
                throw new ArgumentException($"Line {number} of the file of API keys is not 'owner key'.");
            }

            if (owner.Length > LongestOwner || owner.Any(char.IsControl))
            {
                throw new ArgumentException($"Line {number} of the file of API keys has an owner with more than {LongestOwner} or with control characters.");
            }

            if (key.Length < ShortestKey)
            {
                throw new ArgumentException($"Line {number} of the file of API keys has a key with fewer than {ShortestKey} characters; make one with: openssl rand -hex 32");
            }

            byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
            if (entries.Exists(entry => entry.Owner != owner && entry.Hash.AsSpan().SequenceEqual(hash)))
            {
                throw new ArgumentException($"Line {number} of the file of API keys has a key that another owner has already.");
            }

            entries.Add(new Entry(owner, hash));
        }

        return entries.Count > 0 ? entries : throw new ArgumentException("The file of API keys has no key; write a line 'owner key'.");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The API keys were read again: {Count} of them.")]
    private static partial void LogRead(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The API keys cannot be read, so nobody is let in: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string reason);

    private sealed record Entry(string Owner, byte[] Hash);
}
