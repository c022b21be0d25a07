using MGLMM.Hosting;
using MGLMM.Vision.Contents;

namespace MGLMM.Orleans.Conversations;

/// <summary>How a gateway keeps conversations in a cluster.</summary>
public sealed class ClusterConversationsOptions
{
    private readonly WorkspaceLimits _ofHosts = new MglmmOptions().WorkspaceLimits;
    private WorkspaceLimits? _workspaceLimits;

    /// <summary>Conversations of one owner at most; one more pushes out the one that was used longest ago.</summary>
    public int MaximumPerOwner { get; set; } = 100;

    /// <summary>Conversations that this gateway keeps in memory while nobody uses them.</summary>
    public int MaximumOpen { get; set; } = 32;

    /// <summary>Bytes that conversations may take in this gateway's memory while nobody uses them; the one that was used longest ago goes first.</summary>
    public long MaximumOpenBytes { get; set; } = 1L << 30;

    /// <summary>
    /// What one conversation may hold. As long as it is not set, <see cref="MglmmOptions.WorkspaceLimits"/> holds; what is read here then are the defaults of any host, for own limits to
    /// begin with.
    /// </summary>
    public WorkspaceLimits WorkspaceLimits
    {
        get => _workspaceLimits ?? _ofHosts;
        set
        {
            ArgumentNullException.ThrowIfNull(value);

            // A binder gives back what it has read, whether anything was configured or not.
            _workspaceLimits = ReferenceEquals(value, _ofHosts) ? _workspaceLimits : value;
        }
    }

    /// <summary>The folder that this process writes conversations into on their way to the store and back; null takes one of its own, which goes with it.</summary>
    public string? ScratchFolder { get; set; }

    /// <summary>The limits that were set; null where the host's hold. A binder may have written into those that it has read.</summary>
    internal WorkspaceLimits? OwnWorkspaceLimits => _workspaceLimits ?? (_ofHosts == new MglmmOptions().WorkspaceLimits ? null : _ofHosts);

    internal void Validate()
    {
        if (MaximumPerOwner < 1 || MaximumOpen < 0)
        {
            throw new ArgumentException($"{nameof(MaximumPerOwner)} is {MaximumPerOwner} and {nameof(MaximumOpen)} {MaximumOpen}; give 1 or more, and 0 or more.");
        }

        if (MaximumOpenBytes < 0)
        {
            throw new ArgumentException($"{nameof(MaximumOpenBytes)} is {MaximumOpenBytes}; give 0 or more.");
        }

        WorkspaceLimits.Validate();
    }
}
