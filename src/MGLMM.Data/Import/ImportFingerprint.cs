using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace MGLMM.Data.Import;

/// <summary>
/// A hash of what an import is made of: its options, the files that say what there is to import, and the names of those that are read one by one. Another
/// one is no continuation. Not thread-safe.
/// </summary>
internal sealed class ImportFingerprint : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly string _folder;

    public ImportFingerprint(ImportOptions options)
    {
        _folder = Path.GetFullPath(options.Folder);
        _hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(options with { Folder = _folder, Output = Path.GetFullPath(options.Output) }, ImportJson.Default.ImportOptions));
        if (File.Exists(_folder))
        {
            AddFile(_folder);
        }
    }

    /// <summary>Adds a file: its name, length and time.</summary>
    public void AddFile(string path)
    {
        // Of the file that is read, where the path is a link to it.
        using SafeFileHandle file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        Append(Relative(path));
        Append($"{RandomAccess.GetLength(file)}\0{File.GetLastWriteTimeUtc(file).Ticks}");
    }

    /// <summary>Adds the names of files, of which there may be millions: none of them is looked at.</summary>
    /// <param name="folder">Their folder.</param>
    /// <param name="files">Their paths, as it lists them, in an order of their own.</param>
    public void AddNames(string folder, IReadOnlyList<string> files)
    {
        Append(Relative(folder));
        foreach (string file in files)
        {
            Append(file.AsSpan(folder.Length));
        }
    }

    public override string ToString() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Dispose() => _hash.Dispose();

    private string Relative(string path) => Path.GetRelativePath(_folder, Path.GetFullPath(path));

    private void Append(ReadOnlySpan<char> text)
    {
        const int Most = 1024;
        Span<byte> bytes = text.Length < Most ? stackalloc byte[3 * Most] : new byte[(3 * text.Length) + 1];
        int length = Encoding.UTF8.GetBytes(text, bytes);

        // No name holds it: names do not run into one another.
        bytes[length++] = 0;
        _hash.AppendData(bytes[..length]);
    }
}
