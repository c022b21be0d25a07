using MGLMM.Vision.Contents;

namespace MGLMM.Hosting;

/// <summary>What hosts that keep conversations elsewhere decide alike, wherever that is: how many, how many of them stay in memory, and what one may hold.</summary>
public abstract class ConversationsOptions
{
    private readonly WorkspaceLimits _ofHosts = new MglmmOptions().WorkspaceLimits;
    private WorkspaceLimits? _workspaceLimits;

    /// <summary>Conversations of one owner at most; one more pushes out the one that was used longest ago.</summary>
    public int MaximumPerOwner { get; set; } = 100;

    /// <summary>Conversations that are kept in memory while nobody uses them; the others are loaded when they are asked for.</summary>
    public int MaximumOpen { get; set; } = 32;

    /// <summary>Bytes that conversations may take in memory while nobody uses them; the one that was used longest ago goes first.</summary>
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
    public WorkspaceLimits? OwnWorkspaceLimits => _workspaceLimits ?? (_ofHosts == new MglmmOptions().WorkspaceLimits ? null : _ofHosts);

    /// <summary>Of conversations that nobody uses those for which memory has no room. One that is too large for it goes alone.</summary>
    /// <typeparam name="T">What stands for a conversation.</typeparam>
    /// <param name="unused">The one that was used last first.</param>
    /// <param name="bytes">How much of the memory one takes.</param>
    public IReadOnlyList<T> WithoutRoom<T>(IEnumerable<T> unused, Func<T, long> bytes)
    {
        ArgumentNullException.ThrowIfNull(unused);
        ArgumentNullException.ThrowIfNull(bytes);
        (int count, long sum) = (0, 0);
        List<T> without = [];
        foreach (T conversation in unused)
        {
            long own = bytes(conversation);
            if (count < MaximumOpen && sum + own <= MaximumOpenBytes)
            {
                (count, sum) = (count + 1, sum + own);
            }
            else
            {
                without.Add(conversation);
            }
        }

        return without;
    }
}
