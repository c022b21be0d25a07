using MGLMM.Vision;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Hosting;

/// <summary>What <see cref="FolderConversations"/> knows of one conversation on the disk. Its members are read and written under the collection's lock.</summary>
internal sealed class KeptConversation(string owner, string conversation, string folder)
{
    private TimeSpan _unusedBefore;
    private long _since;

    public string Owner => owner;

    public string Conversation => conversation;

    /// <summary>Where it is saved.</summary>
    public string Folder => folder;

    /// <summary>When it was last used, by the clock: what orders conversations, and what the next process reads.</summary>
    public DateTimeOffset LastUsed { get; private set; }

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

    /// <summary>Says that it is used now.</summary>
    public void Use(TimeProvider time) => WasUsed(time.GetUtcNow(), time);

    /// <summary>Says when it was last used, by what another process wrote down.</summary>
    public void WasUsed(DateTimeOffset at, TimeProvider time)
    {
        LastUsed = at;
        TimeSpan unused = time.GetUtcNow() - at;
        (_unusedBefore, _since) = (unused > TimeSpan.Zero ? unused : TimeSpan.Zero, time.GetTimestamp());
    }

    /// <summary>Whether nobody has used it for longer, by the clock and by the time that has passed: a clock that is set makes nothing old.</summary>
    public bool IsUnusedFor(TimeSpan longest, TimeProvider time) => time.GetUtcNow() - LastUsed > longest && _unusedBefore + time.GetElapsedTime(_since) > longest;

    /// <summary>Lets one save and its book-keeping go after the other.</summary>
    public SemaphoreSlim Saving { get; } = new(1, 1);
}
