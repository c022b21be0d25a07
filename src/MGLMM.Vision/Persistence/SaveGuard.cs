namespace MGLMM.Vision.Persistence;

/// <summary>Decides whether a save may be replaced by a workspace.</summary>
internal static class SaveGuard
{
    /// <summary>The generation of the next save into a folder that was claimed.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="owner">The workspace's.</param>
    /// <param name="conversation">The workspace's.</param>
    /// <param name="known">The saves that the workspace wrote or was loaded from.</param>
    /// <param name="mostBytes">Bytes of the records at most.</param>
    /// <exception cref="WorkspaceConflictException">The folder holds a save that the workspace does not come from.</exception>
    public static long NextGeneration(WorkspaceFolder folder, string owner, string conversation, IReadOnlyCollection<SaveStamp> known, long mostBytes)
    {
        byte[] beginning = folder.ReadBeginning(WorkspaceSeal.LongestHead);
        if (beginning.Length == 0)
        {
            return 1;
        }

        string? seal = WorkspaceSeal.HashOf(beginning);
        if (known.FirstOrDefault(stamp => stamp.Seal == seal) is { } own)
        {
            return own.Generation + 1;
        }

        WorkspaceDocument there;
        try
        {
            there = WorkspaceSeal.Open(folder.Read(folder.DocumentPath, mostBytes));
        }
        catch (WorkspaceFormatException exception)
        {
            throw new WorkspaceConflictException(
                "The folder holds a save that cannot be read, so nobody can say whose it is, and nothing is saved there. Name another folder, or move that save away.", exception);
        }

        if (there.Owner != owner || there.Conversation != conversation)
        {
            throw new WorkspaceConflictException(
                "The folder holds the workspace of another owner or conversation, so nothing is saved there. Name a folder for each: its path needs the owner in it.");
        }

        string generations = known.Count == 0 ? "that" : $"that knows generation {known.Max(stamp => stamp.Generation)}, and";
        throw new WorkspaceConflictException(
            $"The folder holds generation {there.Generation ?? 0} of this workspace. It was saved by another process, or never loaded by this one, {generations} would destroy it: nothing is saved there. "
            + "Load it and go on from there, or name another folder.");
    }
}
