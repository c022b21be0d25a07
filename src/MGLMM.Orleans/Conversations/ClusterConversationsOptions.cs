using MGLMM.Hosting;

namespace MGLMM.Orleans.Conversations;

/// <summary>How a gateway keeps conversations in a cluster.</summary>
public sealed class ClusterConversationsOptions : ConversationsOptions
{
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

        WorkspaceLimits.Validate();
    }
}
