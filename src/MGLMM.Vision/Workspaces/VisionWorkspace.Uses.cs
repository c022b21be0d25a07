namespace MGLMM.Vision.Workspaces;

/// <summary>Who uses it now.</summary>
public sealed partial class VisionWorkspace
{
    private int _users;

    /// <summary>A use has ended, and what was added by it can be counted.</summary>
    internal event Action<VisionWorkspace>? Released;

    /// <summary>Its bytes when they were counted last; read and written under the lock of the collection that keeps it.</summary>
    internal long CountedBytes { get; set; }

    /// <summary>Whether somebody uses it now.</summary>
    internal bool IsHeld => Volatile.Read(ref _users) > 0;

    /// <summary>
    /// Uses it until the hold is disposed: no limit of a <see cref="VisionWorkspaces"/> lets it go meanwhile. Each call of a tool does so; whoever makes several calls, or adds to it in
    /// other ways, does it around them.
    /// </summary>
    /// <param name="counts">Whether it counts as use for <see cref="LastUsed"/>, or is a look alone.</param>
    public WorkspaceHold Hold(bool counts = true)
    {
        Interlocked.Increment(ref _users);
        if (counts)
        {
            Touch();
        }

        return new WorkspaceHold(this, counts);
    }

    internal void Release(bool counts)
    {
        if (counts)
        {
            Touch();
        }

        Interlocked.Decrement(ref _users);
        Released?.Invoke(this);
    }
}
