using MGLMM.Vision;
using MGLMM.Vision.Contents;

namespace MGLMM.Hosting;

/// <summary>How a host keeps conversations in a folder. Bound from the configuration section <see cref="SectionName"/>; checked when the host starts.</summary>
public sealed class ConversationFolderOptions
{
    /// <summary>The configuration section: <c>Mglmm:Conversations</c>.</summary>
    public const string SectionName = "Mglmm:Conversations";

    /// <summary>The folder, a full path; made where it is not there. One process at a time. It holds what users showed and asked; protect it like their pictures.</summary>
    public string Folder { get; set; } = string.Empty;

    /// <summary>Conversations of one owner at most; one more pushes out the one that was used longest ago.</summary>
    public int MaximumPerOwner { get; set; } = 100;

    /// <summary>Bytes on the disk at most, over all owners; the conversation that was used longest ago goes first.</summary>
    public long MaximumBytes { get; set; } = 20L << 30;

    /// <summary>A conversation that was not used for so long goes.</summary>
    public TimeSpan MaximumAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Conversations that are kept in memory while nobody uses them; the others are loaded when they are asked for.</summary>
    public int MaximumOpen { get; set; } = 32;

    /// <summary>Bytes that conversations may take in memory while nobody uses them.</summary>
    public long MaximumOpenBytes { get; set; } = 1L << 30;

    /// <summary>What one conversation may hold; null takes <see cref="MglmmOptions.WorkspaceLimits"/>.</summary>
    public WorkspaceLimits? WorkspaceLimits { get; set; }
}
