using MGLMM.Vision.Contents;

namespace MGLMM.Orleans.Conversations;

/// <summary>How a gateway keeps conversations in a cluster.</summary>
public sealed class ClusterConversationsOptions
{
    /// <summary>Conversations of one owner at most; one more pushes out the one that was used longest ago.</summary>
    public int MaximumPerOwner { get; set; } = 100;

    /// <summary>Conversations that this gateway keeps in memory while nobody uses them.</summary>
    public int MaximumOpen { get; set; } = 32;

    /// <summary>What one conversation may hold. A pixel of an open picture takes 3 bytes of memory.</summary>
    public WorkspaceLimits WorkspaceLimits { get; set; } = WorkspaceLimits.Default with { MaximumTotalPixels = 60_000_000, MaximumArtifacts = 256 };

    /// <summary>The folder that this process writes conversations into on their way to the store and back; null takes one of its own, which goes with it.</summary>
    public string? ScratchFolder { get; set; }

    internal void Validate()
    {
        if (MaximumPerOwner < 1 || MaximumOpen < 0)
        {
            throw new ArgumentException($"{nameof(MaximumPerOwner)} is {MaximumPerOwner} and {nameof(MaximumOpen)} {MaximumOpen}; give 1 or more, and 0 or more.");
        }
    }
}
