using MGLMM.Vision;
using MGLMM.Vision.Contents;

namespace MGLMM.Hosting;

/// <summary>How a host keeps conversations in a folder. Bound from the configuration section <see cref="SectionName"/>; checked when the host starts.</summary>
public sealed class ConversationFolderOptions
{
    /// <summary>The configuration section: <c>Mglmm:Conversations</c>.</summary>
    public const string SectionName = "Mglmm:Conversations";

    private readonly WorkspaceLimits _ofHosts = new MglmmOptions().WorkspaceLimits;
    private WorkspaceLimits? _workspaceLimits;

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

    /// <summary>The limits that were set; null where the host's hold. A binder may have written into those that it has read.</summary>
    internal WorkspaceLimits? OwnWorkspaceLimits => _workspaceLimits ?? (_ofHosts == new MglmmOptions().WorkspaceLimits ? null : _ofHosts);
}
