using System.Diagnostics.CodeAnalysis;

namespace MGLMM.Vision.Workspaces;

/// <summary>
/// The workspaces of a host with several users: each belongs to one owner and one conversation, and is found by both alone. Bounded by
/// <see cref="VisionWorkspacesOptions"/>; thread-safe.
/// </summary>
/// <remarks>
/// Owner and conversation are compared character by character. Take the owner from the authenticated principal, never from what a model
/// or a caller writes. A workspace that was pushed out stays usable for whoever still holds it, but is not found here any more.
/// </remarks>
public sealed class VisionWorkspaces
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Owner, string Conversation), VisionWorkspace> _workspaces = [];
    private readonly VisionWorkspacesOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Creates an empty collection.</summary>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="timeProvider">Where the time comes from; null takes the system's.</param>
    public VisionWorkspaces(VisionWorkspacesOptions? options = null, TimeProvider? timeProvider = null)
    {
        _options = options ?? VisionWorkspacesOptions.Default;
        _options.Validate();
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>How many there are. Some may be idle and about to be let go.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _workspaces.Count;
            }
        }
    }

    /// <summary>The workspace of an owner's conversation, made if it is not there.</summary>
    /// <exception cref="ArgumentException">A name is empty, longer than 200 characters, or has control characters.</exception>
    public VisionWorkspace GetOrCreate(string owner, string conversation)
    {
        // Before any is let go: none may go untold.
        ContentNames.Check(owner, nameof(owner));
        ContentNames.Check(conversation, nameof(conversation));
        List<VisionWorkspace> gone;
        VisionWorkspace? workspace;
        lock (_gate)
        {
            gone = LetIdleGo();
            if (_workspaces.TryGetValue((owner, conversation), out workspace))
            {
                workspace.Touch();
            }
            else
            {
                workspace = new VisionWorkspace(owner, conversation, _options.WorkspaceLimits);
                Keep(workspace, gone);
            }

            LetExcessGo(workspace, gone);
        }

        Tell(gone);
        return workspace;
    }

    /// <summary>Finds the workspace of an owner's conversation.</summary>
    public bool TryGet(string owner, string conversation, [NotNullWhen(true)] out VisionWorkspace? workspace)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(conversation);
        List<VisionWorkspace> gone;
        lock (_gate)
        {
            gone = LetIdleGo();
            if (_workspaces.TryGetValue((owner, conversation), out workspace))
            {
                workspace.Touch();
                LetExcessGo(workspace, gone);
            }
        }

        Tell(gone);
        return workspace is not null;
    }

    /// <summary>Keeps a workspace that was made or loaded elsewhere, under its own owner and conversation.</summary>
    /// <returns>False, and nothing is done, where there is another of that owner and conversation.</returns>
    public bool TryAdd(VisionWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        List<VisionWorkspace> gone;
        bool added;
        lock (_gate)
        {
            gone = LetIdleGo();
            added = !_workspaces.ContainsKey((workspace.Owner, workspace.Conversation));
            if (added)
            {
                Keep(workspace, gone);
            }

            LetExcessGo(_workspaces[(workspace.Owner, workspace.Conversation)], gone);
        }

        Tell(gone);
        return added;
    }

    /// <summary>The workspaces of one owner at this moment, the one that was used last first.</summary>
    public IReadOnlyList<VisionWorkspace> OfOwner(string owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        List<VisionWorkspace> gone;
        VisionWorkspace[] found;
        lock (_gate)
        {
            gone = LetIdleGo();
            found = [.. _workspaces.Values.Where(workspace => workspace.Owner == owner).OrderByDescending(workspace => workspace.LastUsed)];
        }

        Tell(gone);
        return found;
    }

    /// <summary>Lets a workspace go, for example because its conversation has ended.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string owner, string conversation)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(conversation);
        lock (_gate)
        {
            return _workspaces.Remove((owner, conversation));
        }
    }

    /// <summary>Lets the workspaces go whose idle time is over. Every other call does it as well; a timer may do it for a host at rest.</summary>
    /// <returns>How many went.</returns>
    public int RemoveIdle()
    {
        List<VisionWorkspace> gone;
        lock (_gate)
        {
            gone = LetIdleGo();
        }

        Tell(gone);
        return gone.Count;
    }

    private void Keep(VisionWorkspace workspace, List<VisionWorkspace> gone)
    {
        workspace.UseTime(_time);
        VisionWorkspace[] ofOwner = _workspaces.Values.Where(other => other.Owner == workspace.Owner).ToArray();
        if (ofOwner.Length >= _options.MaximumPerOwner)
        {
            LetGo(ofOwner.MinBy(other => other.LastUsed)!, gone);
        }

        if (_workspaces.Count >= _options.MaximumWorkspaces)
        {
            LetGo(_workspaces.Values.MinBy(other => other.LastUsed)!, gone);
        }

        _workspaces.Add((workspace.Owner, workspace.Conversation), workspace);
    }

    /// <summary>
    /// Lets workspaces go while all take more than they may. Whoever fills them loses their own before anybody else does; what holds nothing gives nothing back and stays.
    /// </summary>
    private void LetExcessGo(VisionWorkspace inUse, List<VisionWorkspace> gone)
    {
        (VisionWorkspace Workspace, long Bytes)[] sizes = [.. _workspaces.Values.Select(workspace => (workspace, workspace.Size.Bytes))];
        long bytes = sizes.Sum(size => size.Bytes);
        if (bytes <= _options.MaximumBytes)
        {
            return;
        }

        foreach ((VisionWorkspace workspace, long freed) in sizes
            .Where(size => size.Workspace != inUse && size.Bytes > 0)
            .OrderBy(size => size.Workspace.Owner != inUse.Owner).ThenBy(size => size.Workspace.LastUsed))
        {
            LetGo(workspace, gone);
            bytes -= freed;
            if (bytes <= _options.MaximumBytes)
            {
                break;
            }
        }
    }

    private void LetGo(VisionWorkspace workspace, List<VisionWorkspace> gone)
    {
        _workspaces.Remove((workspace.Owner, workspace.Conversation));
        gone.Add(workspace);
    }

    private List<VisionWorkspace> LetIdleGo()
    {
        List<VisionWorkspace> gone = new();
        if (_options.IdleTime == Timeout.InfiniteTimeSpan)
        {
            return gone;
        }

        DateTimeOffset now = _time.GetUtcNow();
        foreach (VisionWorkspace workspace in _workspaces.Values)
        {
            if (now - workspace.LastUsed >= _options.IdleTime)
            {
                gone.Add(workspace);
            }
        }

        foreach (VisionWorkspace workspace in gone)
        {
            _workspaces.Remove((workspace.Owner, workspace.Conversation));
        }

        return gone;
    }

    private void Tell(List<VisionWorkspace> gone)
    {
        foreach (VisionWorkspace workspace in gone)
        {
            _options.PushedOut?.Invoke(workspace);
        }
    }
}
