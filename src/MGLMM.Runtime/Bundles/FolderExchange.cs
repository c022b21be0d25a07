namespace MGLMM.Runtime.Bundles;

/// <summary>Puts finished folders where others are: one of the two is there whole, whatever fails.</summary>
internal static class FolderExchange
{
    /// <summary>Puts a finished folder in the place of another one, which stays where that fails: some systems move nothing that a process has mapped.</summary>
    /// <param name="finished">What comes.</param>
    /// <param name="folder">What goes, and where to.</param>
    /// <param name="aside">Where the one that goes lies meanwhile.</param>
    /// <exception cref="IOException">It cannot be put there.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be put there.</exception>
    public static void Replace(string finished, string folder, string aside)
    {
        Directory.Move(folder, aside);
        try
        {
            Directory.Move(finished, folder);
        }
        catch
        {
            Directory.Move(aside, folder);
            throw;
        }

        TryDelete(aside);
    }

    /// <summary>Deletes a folder if there is one and if that can be.</summary>
    public static void TryDelete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The caller's own outcome matters more than a folder that cannot be removed.
        }
    }
}
