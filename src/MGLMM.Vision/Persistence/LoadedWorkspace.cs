namespace MGLMM.Vision.Persistence;

/// <summary>What was read from a folder.</summary>
/// <param name="Snapshot">The workspace.</param>
/// <param name="Files">The files that hold it.</param>
/// <param name="Stamp">Which save it is.</param>
internal sealed record LoadedWorkspace(WorkspaceSnapshot Snapshot, IReadOnlyDictionary<string, SavedFile> Files, SaveStamp Stamp);
