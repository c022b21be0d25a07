namespace MGLMM.Vision.Workspaces;

/// <summary>How many workspaces a <see cref="VisionWorkspaces"/> keeps, how much in them, and for how long. No limit lets one go that is in use (<see cref="VisionWorkspace.Hold"/>).</summary>
public sealed record VisionWorkspacesOptions
{
    /// <summary>The defaults.</summary>
    public static VisionWorkspacesOptions Default { get; } = new();

    /// <summary>Workspaces at most, over all owners. The one that was used longest ago goes first.</summary>
    public int MaximumWorkspaces { get; init; } = 256;

    /// <summary>Workspaces of one owner at most; one more pushes out the one of that owner that was used longest ago.</summary>
    public int MaximumPerOwner { get; init; } = 32;

    /// <summary>
    /// Bytes of all workspaces together (<see cref="VisionWorkspace.Size"/>), counted when a workspace is asked for or added and when a use of one ends. Beyond them those of the owner
    /// who added something go first, the one that was used longest ago before the others; the one that is asked for stays, however large it is.
    /// </summary>
    public long MaximumBytes { get; init; } = 1L << 30;

    /// <summary>A workspace that was not used for this long is let go. <see cref="Timeout.InfiniteTimeSpan"/> keeps it.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What each new workspace may hold.</summary>
    public WorkspaceLimits WorkspaceLimits { get; init; } = WorkspaceLimits.Default;

    /// <summary>
    /// Told of each workspace that a limit or its idle time pushed out, so that a host can save it. Called on the thread whose call
    /// pushed it out, outside of any lock; must not throw.
    /// </summary>
    public Action<VisionWorkspace>? PushedOut { get; init; }

    /// <summary>Checks that each limit leaves room for something.</summary>
    /// <exception cref="ArgumentException">One does not; it is named.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumWorkspaces, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumPerOwner, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumBytes, 1);
        ArgumentNullException.ThrowIfNull(WorkspaceLimits);
        WorkspaceLimits.Validate();
        if (IdleTime <= TimeSpan.Zero && IdleTime != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(IdleTime), IdleTime, "Must be more than zero, or infinite.");
        }
    }
}
