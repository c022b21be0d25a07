using System.Security.Cryptography;
using System.Text;

namespace MGLMM.Orleans.Conversations;

/// <summary>What the files of conversations are called: <c>hash of the owner/handle/folder/file</c>.</summary>
internal static class ConversationFiles
{
    private const int LettersOfHash = 40;

    private static readonly string[] Folders = ["images", "artifacts"];

    /// <summary>What stands for an owner.</summary>
    public static string HashOf(string owner) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner)))[..LettersOfHash];

    /// <summary>What a conversation's grain is called, and what its files begin with.</summary>
    public static string KeyOf(string owner, string conversation) => $"{HashOf(owner)}/{conversation}";

    /// <summary>The files of a saved workspace but its records, below its folder.</summary>
    public static string[] Of(string folder) =>
    [
        .. Folders.Where(name => Directory.Exists(Path.Combine(folder, name)))
            .SelectMany(name => Directory.EnumerateFiles(Path.Combine(folder, name)).Select(path => $"{name}/{Path.GetFileName(path)}")),
    ];

    /// <summary>Whether a name is that of an owner's folder.</summary>
    public static bool IsOwner(string name) => name.Length == LettersOfHash && name.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether a name is that of a folder in a conversation's.</summary>
    public static bool IsFolder(string name) => Folders.Contains(name);
}
