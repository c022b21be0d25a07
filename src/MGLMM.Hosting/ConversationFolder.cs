using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM.Hosting;

/// <summary>
/// The files of <see cref="FolderConversations"/>: for each owner a folder named by a hash, in it one saved workspace for each conversation and,
/// beside it, a note that says whose it is. A workspace counts once it was saved whole; the notes can be made again from it.
/// </summary>
internal sealed class ConversationFolder : IDisposable
{
    private const string LockName = "conversations.lock";
    private const string OwnersName = "owners";
    private const string GonePrefix = ".gone-";
    private const string DocumentName = "workspace.json";
    private const int LettersOfHash = 40;

    // ERROR_SHARING_VIOLATION, EWOULDBLOCK: what a file that another process has open answers.
    private const int HeldWindows = 32;
    private const int HeldLinux = 11;
    private const int HeldApple = 35;

    private readonly string _root;
    private readonly FileStream _lock;

    /// <exception cref="IOException">Another process uses the folder, or it cannot be written to.</exception>
    public ConversationFolder(string root)
    {
        _root = Path.Combine(root, OwnersName);
        try
        {
            Directory.CreateDirectory(root);
            _lock = new FileStream(Path.Combine(root, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            Directory.CreateDirectory(_root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _lock?.Dispose();
            throw new IOException(
                IsHeldByAnother(exception)
                    ? $"The folder '{root}' is in use by another process. Stop it, or name another folder."
                    : $"The folder '{root}' cannot be written to: {exception.Message}",
                exception);
        }
    }

    /// <summary>Where a conversation is saved. Its handle must have the form of one.</summary>
    public string PathOf(string owner, string conversation) => Path.Combine(
        _root, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner)))[..LettersOfHash], conversation);

    /// <summary>What is there, whatever a process that was killed left half done being taken away.</summary>
    /// <param name="time">The clock.</param>
    public IEnumerable<KeptConversation> Read(TimeProvider time)
    {
        foreach (string ownersFolder in Directory.EnumerateDirectories(_root))
        {
            foreach (string folder in Directory.GetDirectories(ownersFolder))
            {
                string handle = Path.GetFileName(folder);
                FileInfo document = new(Path.Combine(folder, DocumentName));
                if (handle.StartsWith(GonePrefix, StringComparison.Ordinal) || (ConversationHandle.Is(handle) && !document.Exists))
                {
                    // Removed half-way, or never saved whole: nobody was told of it.
                    Directory.Delete(folder, recursive: true);
                }
                else if (ConversationHandle.Is(handle) && NoteOf(folder) is { } note && PathOf(note.Owner, handle) == folder)
                {
                    KeptConversation kept = new(note.Owner, handle, folder) { Pictures = note.Pictures, Bytes = BytesOf(folder), IsSaved = true };
                    kept.WasUsed(document.LastWriteTimeUtc, time);
                    yield return kept;
                }
            }

            // Notes of what is not there (any more).
            foreach (string? note in Directory.GetFiles(ownersFolder).Where(note => !Directory.Exists(Path.ChangeExtension(note, null))))
            {
                File.Delete(note);
            }
        }
    }

    /// <summary>Writes the note beside a conversation, in one step.</summary>
    public static void WriteNote(KeptConversation conversation, IReadOnlyList<string> pictures)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(conversation.Folder)!);
        string path = conversation.Folder + ".json";
        string beside = $"{path}.tmp";
        using (FileStream stream = new(beside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(stream, new ConversationNote(conversation.Owner, pictures), ConversationNoteJson.Default.ConversationNote);
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Says when a conversation was last used, for the next process.</summary>
    public static void Touch(KeptConversation conversation)
    {
        try
        {
            File.SetLastWriteTimeUtc(Path.Combine(conversation.Folder, DocumentName), conversation.LastUsed.UtcDateTime);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It only decides who goes first.
        }
    }

    /// <summary>Takes a conversation away: from now on it is not there, whatever is left of its files.</summary>
    public static void Remove(KeptConversation conversation)
    {
        if (Directory.Exists(conversation.Folder))
        {
            string gone = Path.Combine(Path.GetDirectoryName(conversation.Folder)!, $"{GonePrefix}{Guid.NewGuid():N}");
            Directory.Move(conversation.Folder, gone);
            File.Delete(conversation.Folder + ".json");
            Directory.Delete(gone, recursive: true);
        }
    }

    public static long BytesOf(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A file that went while it was counted; the next save counts again.
            return 0;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static bool IsHeldByAnother(Exception exception) =>
        (exception.HResult & 0xFFFF) == (OperatingSystem.IsWindows() ? HeldWindows : OperatingSystem.IsLinux() ? HeldLinux : HeldApple);

    private static ConversationNote? NoteOf(string folder)
    {
        try
        {
            using FileStream stream = File.OpenRead(folder + ".json");
            return JsonSerializer.Deserialize(stream, ConversationNoteJson.Default.ConversationNote);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>Whose a conversation is, and what its pictures are called.</summary>
internal sealed record ConversationNote(string Owner, IReadOnlyList<string> Pictures);

/// <summary>The notes as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ConversationNote))]
internal sealed partial class ConversationNoteJson : JsonSerializerContext;
