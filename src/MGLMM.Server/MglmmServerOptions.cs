namespace MGLMM.Server;

/// <summary>
/// What a server of the tools decides. Model, folders and limits of the tools themselves are those of <c>MglmmOptions</c>, also from the
/// configuration.
/// </summary>
public sealed class MglmmServerOptions
{
    /// <summary>The configuration section: <c>Mglmm:Server</c>.</summary>
    public const string SectionName = "Mglmm:Server";

    /// <summary>Where it listens. On an address that other machines reach only with <see cref="ApiKeyFile"/>.</summary>
    public IList<string> Urls { get; set; } = [];

    /// <summary>
    /// The folder that conversations, pictures and files are kept in. Null keeps them in memory, within the limits of <c>MglmmOptions</c>: a day without use
    /// (<c>ConversationIdleTime</c>, unless the configuration says otherwise), how many of one owner and in all, and how many bytes.
    /// </summary>
    public string? DataFolder { get; set; }

    /// <summary>
    /// A file with a line <c>owner key</c> for each who may use the server; null lets in everybody who reaches it, as one owner. It is read again when it changes.
    /// </summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>Names beside the addresses' own that requests may call the server by, such as that of a proxy in front.</summary>
    public IList<string> AllowedHosts { get; set; } = [];

    /// <summary>Bytes of a request at most.</summary>
    public long MaximumBodyBytes { get; set; } = 48 << 20;

    /// <summary>Requests that are worked on at the same time, over all owners.</summary>
    public int MaximumConcurrentRequests { get; set; } = 16;

    /// <summary>Requests that may wait beyond those.</summary>
    public int MaximumQueuedRequests { get; set; } = 32;

    /// <summary>Requests of one owner that are worked on at the same time, so that none starves the others.</summary>
    public int MaximumConcurrentRequestsPerOwner { get; set; } = 8;

    /// <summary>Requests of one owner that may wait beyond those.</summary>
    public int MaximumQueuedRequestsPerOwner { get; set; } = 16;

    /// <summary>Requests of one owner in a minute at most.</summary>
    public int MaximumRequestsPerMinute { get; set; } = 1_200;

    /// <summary>How long requests under way may take to end when the server is told to stop.</summary>
    public TimeSpan StopTime { get; set; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        AtLeast(MaximumBodyBytes, nameof(MaximumBodyBytes));
        AtLeast(MaximumConcurrentRequests, nameof(MaximumConcurrentRequests));
        AtLeast(MaximumQueuedRequests, nameof(MaximumQueuedRequests), 0);
        AtLeast(MaximumConcurrentRequestsPerOwner, nameof(MaximumConcurrentRequestsPerOwner));
        AtLeast(MaximumQueuedRequestsPerOwner, nameof(MaximumQueuedRequestsPerOwner), 0);
        AtLeast(MaximumRequestsPerMinute, nameof(MaximumRequestsPerMinute));
        if (StopTime < TimeSpan.Zero || StopTime > TimeSpan.FromMinutes(10))
        {
            throw new ArgumentException($"{SectionName}:{nameof(StopTime)} is {StopTime}; give 00:00:00 to 00:10:00.");
        }

        static void AtLeast(long value, string name, long least = 1)
        {
            if (value < least)
            {
                throw new ArgumentException($"{SectionName}:{name} is {value}; give {least} or more.");
            }
        }
    }
}
