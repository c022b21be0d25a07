using MGLMM.Hosting;
using MGLMM.Vision.Contents;

namespace MGLMM.Orleans.Conversations;

/// <summary>How a gateway keeps conversations in a cluster.</summary>
public sealed class ClusterConversationsOptions
{
    /// <summary>Conversations of one owner at most; one more pushes out the one that was used longest ago.</summary>
    public int MaximumPerOwner { get; set; } = 100;

    /// <summary>Conversations that this gateway keeps in memory while nobody uses them.</summary>
    public int MaximumOpen { get; set; } = 32;

    /// <summary>Bytes that conversations may take in this gateway's memory while nobody uses them; the one that was used longest ago goes first.</summary>
    public long MaximumOpenBytes { get; set; } = 1L << 30;

    /// <summary>What one conversation may hold; null takes the host's (<see cref="MglmmOptions.WorkspaceLimits"/>).</summary>
    public WorkspaceLimits? WorkspaceLimits { get; set; }

    /// <summary>The folder that this process writes conversations into on their way to the store and back; null takes one of its own, which goes with it.</summary>
    public string? ScratchFolder { get; set; }

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

        WorkspaceLimits?.Validate();
    }
}
