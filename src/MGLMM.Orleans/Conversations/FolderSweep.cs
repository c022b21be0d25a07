using System.Diagnostics;
using MGLMM.Hosting;

namespace MGLMM.Orleans.Conversations;

/// <summary>
/// Takes away the files of conversations that nobody has used for long. What does not lie where they lie is left alone, whatever its age: the folder may hold other things.
/// </summary>
internal static class FolderSweep
{
    /// <summary>Each sweep ends after so long, wherever it is; owners come in another order each time, so that all have their turn.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    // A link may lead to somebody else's.
    private static readonly EnumerationOptions Own = new() { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    /// <summary>Sweeps once. What cannot be taken away is left for the next time.</summary>
    /// <param name="root">The store's folder.</param>
    /// <param name="before">What was last used before that goes.</param>
    public static void Run(string root, DateTime before)
    {
        long begun = Stopwatch.GetTimestamp();
        string[] owners = Below(root, ConversationFiles.IsOwner);
        Random.Shared.Shuffle(owners);
        foreach (string owner in owners.TakeWhile(_ => Stopwatch.GetElapsedTime(begun) < Longest))
        {
            foreach (string conversation in Below(owner, ConversationHandle.Is))
            {
                foreach (string folder in Below(conversation, ConversationFiles.IsFolder))
                {
                    Try(() => DeleteOld(folder, before));
                    Try(() => DeleteEmpty(folder, before));
                }

                Try(() => DeleteEmpty(conversation, before));
            }

            Try(() => DeleteEmpty(owner, before));
        }
    }

    private static string[] Below(string folder, Func<string, bool> isOurs)
    {
        string[] found = [];
        Try(() => found = [.. Directory.EnumerateDirectories(folder, "*", Own).Where(path => isOurs(Path.GetFileName(path)))]);
        return found;
    }

    private static void DeleteOld(string folder, DateTime before)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*", Own).Where(file => File.GetLastWriteTimeUtc(file) < before))
        {
            File.Delete(file);
        }
    }

    /// <summary>Deletes a folder where nothing came or went for as long: nobody is just about to put a file there.</summary>
    private static void DeleteEmpty(string folder, DateTime before)
    {
        if (Directory.GetLastWriteTimeUtc(folder) < before && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another gateway sweeps too, or it is no longer this one's to take.
        }
    }
}
