using System.Diagnostics.CodeAnalysis;

namespace MGLMM.Vision.Workspaces;

/// <summary>
/// The workspaces of a host with several users: each belongs to one owner and one conversation, and is found by both alone. Bounded by
/// <see cref="VisionWorkspacesOptions"/>; thread-safe.
/// </summary>
/// <remarks>
/// Owner and conversation are compared character by character. Take the owner from the authenticated principal, never from what a model
/// or a caller writes. A workspace that is in use (<see cref="VisionWorkspace.Hold"/>, each call of a tool) is not pushed out: limits are passed where all are, and
/// counted again when a use ends. One that was pushed out stays usable for whoever still has it, but is not found here any more.
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
                Keep(workspace);
            }

            LetExcessGo(workspace, gone);
        }

        Tell(gone);
        return workspace;
    }

    /// <summary>Finds the workspace of an owner's conversation.</summary>
    public bool TryGet(string owner, string conversation, [NotNullWhen(true)] out VisionWorkspace? workspace)
    {
        using WorkspaceHold? found = Hold(owner, conversation);
        workspace = found?.Workspace;
        return workspace is not null;
    }

    /// <summary>Finds the workspace of an owner's conversation and uses it, so that it does not go between the one and the other.</summary>
    /// <param name="owner">Who it belongs to.</param>
    /// <param name="conversation">Which of the owner's conversations.</param>
    /// <param name="counts">Whether it counts as use, or is a look alone.</param>
    /// <returns>The use; null where there is no such workspace.</returns>
    public WorkspaceHold? Hold(string owner, string conversation, bool counts = true)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(conversation);
        List<VisionWorkspace> gone;
        WorkspaceHold? hold;
        lock (_gate)
        {
            gone = LetIdleGo();
            hold = _workspaces.TryGetValue((owner, conversation), out VisionWorkspace? workspace) ? workspace.Hold(counts) : null;
        }

        Tell(gone);
        return hold;
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
                Keep(workspace);
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
            return _workspaces.TryGetValue((owner, conversation), out VisionWorkspace? workspace) && Forget(workspace);
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

    private void Keep(VisionWorkspace workspace)
    {
        workspace.UseTime(_time);
        workspace.Released += CountAgain;
        _workspaces.Add((workspace.Owner, workspace.Conversation), workspace);
    }

    /// <summary>A use has ended: what was added to its workspace is known, and what was spared for it may go.</summary>
    private void CountAgain(VisionWorkspace workspace)
    {
        List<VisionWorkspace> gone;
        lock (_gate)
        {
            gone = LetIdleGo();
            if (_workspaces.TryGetValue((workspace.Owner, workspace.Conversation), out VisionWorkspace? kept) && kept == workspace)
            {
                LetExcessGo(workspace, gone);
            }
        }

        Tell(gone);
    }

    /// <summary>Lets workspaces go where there are more than there may be, or all take more than they may; not the one that is asked for, nor any other in use.</summary>
    private void LetExcessGo(VisionWorkspace asked, List<VisionWorkspace> gone)
    {
        int ofOwner = _workspaces.Values.Count(workspace => workspace.Owner == asked.Owner);
        LetGo(Free(asked).Where(workspace => workspace.Owner == asked.Owner).Take(ofOwner - _options.MaximumPerOwner), gone);
        LetGo(Free(asked).Take(_workspaces.Count - _options.MaximumWorkspaces), gone);
        LetBytesGo(asked, gone);
    }

    /// <summary>
    /// Whoever fills them loses their own before anybody else does: the one who asks, where something was added since it was counted, else the one who takes most. What holds nothing
    /// gives nothing back and stays.
    /// </summary>
    private void LetBytesGo(VisionWorkspace asked, List<VisionWorkspace> gone)
    {
        Dictionary<VisionWorkspace, long> sizes = _workspaces.Values.ToDictionary(workspace => workspace, workspace => workspace.Size.Bytes);
        bool fills = sizes[asked] > asked.CountedBytes;
        asked.CountedBytes = sizes[asked];
        long bytes = sizes.Values.Sum();
        if (bytes <= _options.MaximumBytes)
        {
            return;
        }

        string filler = fills ? asked.Owner : sizes.GroupBy(size => size.Key.Owner).MaxBy(owner => owner.Sum(size => size.Value))!.Key;
        LetGo(
            Free(asked).Where(workspace => sizes[workspace] > 0).OrderBy(workspace => workspace.Owner != filler).ThenBy(workspace => workspace.LastUsed).TakeWhile(workspace =>
            {
                bool isTooMuch = bytes > _options.MaximumBytes;
                bytes -= sizes[workspace];
                return isTooMuch;
            }),
            gone);
    }

    /// <summary>Those that nobody uses, the one that was used longest ago first.</summary>
    private IEnumerable<VisionWorkspace> Free(VisionWorkspace asked) =>
        _workspaces.Values.Where(workspace => workspace != asked && !workspace.IsHeld).OrderBy(workspace => workspace.LastUsed);

    private List<VisionWorkspace> LetIdleGo()
    {
        List<VisionWorkspace> gone = new();
        if (_options.IdleTime != Timeout.InfiniteTimeSpan)
        {
            LetGo(_workspaces.Values.Where(workspace => !workspace.IsHeld && workspace.Unused >= _options.IdleTime), gone);
        }

        return gone;
    }

    private void LetGo(IEnumerable<VisionWorkspace> some, List<VisionWorkspace> gone)
    {
        foreach (VisionWorkspace workspace in some.ToArray())
        {
            Forget(workspace);
            gone.Add(workspace);
        }
    }

    private bool Forget(VisionWorkspace workspace)
    {
        workspace.Released -= CountAgain;
        return _workspaces.Remove((workspace.Owner, workspace.Conversation));
    }

    private void Tell(List<VisionWorkspace> gone)
    {
        foreach (VisionWorkspace workspace in gone)
        {
            _options.PushedOut?.Invoke(workspace);
        }
    }
}
