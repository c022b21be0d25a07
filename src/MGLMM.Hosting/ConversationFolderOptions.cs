namespace MGLMM.Hosting;

/// <summary>How a host keeps conversations in a folder. Bound from the configuration section <see cref="SectionName"/>; checked when the host starts.</summary>
public sealed class ConversationFolderOptions : ConversationsOptions
{
    /// <summary>The configuration section: <c>Mglmm:Conversations</c>.</summary>
    public const string SectionName = "Mglmm:Conversations";

    /// <summary>The folder, a full path; made where it is not there. One process at a time. It holds what users showed and asked; protect it like their pictures.</summary>
    public string Folder { get; set; } = string.Empty;

    /// <summary>Bytes on the disk at most, over all owners; the conversation that was used longest ago goes first.</summary>
    public long MaximumBytes { get; set; } = 20L << 30;

    /// <summary>A conversation that was not used for so long goes.</summary>
    public TimeSpan MaximumAge { get; set; } = TimeSpan.FromDays(30);
}
