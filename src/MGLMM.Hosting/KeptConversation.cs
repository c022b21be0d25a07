using MGLMM.Vision;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Hosting;

/// <summary>What <see cref="FolderConversations"/> knows of one conversation on the disk. Its members are read and written under the collection's lock.</summary>
internal sealed class KeptConversation(string owner, string conversation, string folder)
{
    public string Owner => owner;

    public string Conversation => conversation;

    /// <summary>Where it is saved.</summary>
    public string Folder => folder;

    public DateTimeOffset LastUsed { get; set; }

    public IReadOnlyList<string> Pictures { get; set; } = [];

    public long Bytes { get; set; }

    /// <summary>The workspace in memory, or on its way there; null where it is on the disk alone.</summary>
    public Task<VisionWorkspace>? Open { get; set; }

    /// <summary>Who uses it now. It goes neither from memory nor from the disk while there is somebody.</summary>
    public int Users { get; set; }

    /// <summary>Whether its owner has let it go: it is found no more, and goes with its last user.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Whether it was ever saved; before that it is nobody's to find.</summary>
    public bool IsSaved { get; set; }

    /// <summary>Lets one save and its book-keeping go after the other.</summary>
    public SemaphoreSlim Saving { get; } = new(1, 1);
}
