using System.Text;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Conversion;

/// <summary>
/// What conversions that were killed have left beside an output. At the next start each is finished, undone or at least told of: there
/// is a bundle in place again, and nothing is left for ever without a word.
/// </summary>
internal static class InterruptedConversions
{
    /// <summary>Looks at what lies beside an output.</summary>
    /// <param name="output">The output's full path.</param>
    /// <returns>What was found and done, a sentence each.</returns>
    public static List<string> Recover(string output)
    {
        List<string> told = [];
        foreach (string path in UnfinishedBundle.Find(output, UnfinishedBundle.LockSuffix))
        {
            bool ended;
            using (FileStream? held = UnfinishedBundle.TryTakeOver(path))
            {
                ended = held is not null && Finish(path[..^UnfinishedBundle.LockSuffix.Length], Read(held), output, told);
            }

            if (ended)
            {
                File.Delete(path);
            }
        }

        foreach (string? folder in UnfinishedBundle.Find(output, UnfinishedBundle.ReplacedSuffix).Concat(UnfinishedBundle.Find(output, string.Empty)))
        {
            string own = folder.EndsWith(UnfinishedBundle.ReplacedSuffix, StringComparison.Ordinal) ? folder[..^UnfinishedBundle.ReplacedSuffix.Length] : folder;
            if (Directory.Exists(folder) && !File.Exists(own + UnfinishedBundle.LockSuffix))
            {
                TellOfUnlocked(folder, own, output, told);
            }
        }

        return told;
    }

    /// <summary>Ends what a killed process began. True if nothing of it is left.</summary>
    private static bool Finish(string folder, string hash, string output, List<string> told)
    {
        string replaced = folder + UnfinishedBundle.ReplacedSuffix;
        if (hash.Length > 0 && UnfinishedBundle.HashOfManifest(output) == hash)
        {
            told.Add($"An earlier conversion was interrupted after it had put its bundle at '{output}'; what it had replaced was removed.");
            FolderExchange.TryDelete(folder);
            FolderExchange.TryDelete(replaced);
            return true;
        }

        if (hash.Length > 0 && UnfinishedBundle.HashOfManifest(folder) == hash)
        {
            if (Directory.Exists(output) && !OutputFolder.IsPartOf(output, folder))
            {
                told.Add($"An earlier conversion was interrupted before it could replace the bundle at '{output}'. Its finished bundle is in '{folder}': move it to where it shall be, or delete it.");
                return false;
            }

            OutputFolder.PutWhereNothingIs(folder, output);
            FolderExchange.TryDelete(replaced);
            told.Add($"The bundle that an interrupted conversion had finished was put at '{output}'.");
            return true;
        }

        if (Directory.Exists(replaced) && !Directory.Exists(output))
        {
            Directory.Move(replaced, output);
            told.Add($"An earlier conversion was interrupted; the bundle that it was replacing is at '{output}' again.");
        }

        if (Directory.Exists(folder))
        {
            FolderExchange.TryDelete(folder);
            told.Add($"Removed what an interrupted conversion had written to '{folder}'.");
        }

        return true;
    }

    /// <summary>Folders without a lock are finished bundles that could not be put in place, or from before there were locks.</summary>
    private static void TellOfUnlocked(string folder, string own, string output, List<string> told)
    {
        if (folder != own && !Directory.Exists(output))
        {
            string better = Opens(own) ? own : folder;
            Directory.Move(better, output);
            FolderExchange.TryDelete(folder);
            told.Add($"An earlier conversion was interrupted while it replaced the bundle at '{output}'; {(better == own ? "the new one" : "the old one")} is there now.");
        }
        else
        {
            told.Add($"'{folder}' is left from an earlier conversion: {(Opens(folder) ? "a finished bundle. Move it to where it shall be, or delete it." : "nothing that can be used. Delete it.")}");
        }
    }

    private static bool Opens(string folder)
    {
        try
        {
            ModelBundle.Open(folder, verifyHashes: false);
            return true;
        }
        catch (Exception exception) when (exception is BundleException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Read(FileStream held)
    {
        using StreamReader reader = new(held, Encoding.ASCII, leaveOpen: true);
        return reader.ReadToEnd();
    }
}
