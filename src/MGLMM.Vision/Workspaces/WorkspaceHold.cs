namespace MGLMM.Vision.Workspaces;

/// <summary>Somebody's use of a workspace: no limit of a <see cref="VisionWorkspaces"/> lets it go before this is disposed. Thread-safe.</summary>
public sealed class WorkspaceHold : IDisposable
{
    private readonly bool _counts;
    private int _disposed;

    internal WorkspaceHold(VisionWorkspace workspace, bool counts)
    {
        Workspace = workspace;
        _counts = counts;
    }

    /// <summary>What is held.</summary>
    public VisionWorkspace Workspace { get; }

    /// <summary>Ends the use. What was added meanwhile is counted now.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Workspace.Release(_counts);
        }
    }
}
