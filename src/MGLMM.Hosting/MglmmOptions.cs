using MGLMM.Runtime;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Inputs;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Hosting;

/// <summary>
/// What a host decides about the model and its tools; bound from the configuration section <see cref="SectionName"/> and checked when the
/// host starts. The defaults are safe for untrusted callers: no folder, no address, no data URI.
/// </summary>
public sealed class MglmmOptions
{
    /// <summary>The configuration section: <c>Mglmm</c>.</summary>
    public const string SectionName = "Mglmm";

    /// <summary>The folder of the model bundle, with <c>mglmm-bundle.json</c>. Required, unless the host has a <see cref="ModelFactory"/> of its own.</summary>
    public string BundlePath { get; set; } = string.Empty;

    /// <summary>Where the model runs.</summary>
    public Accelerator Accelerator { get; set; } = Accelerator.Auto;

    /// <summary>The CUDA device's number.</summary>
    public int DeviceId { get; set; }

    /// <summary>Threads of one run on the CPU; 0 takes one per core for a large model.</summary>
    public int Threads { get; set; }

    /// <summary>Whether the SHA-256 of every bundle file is checked when it is loaded.</summary>
    public bool VerifyHashes { get; set; } = true;

    /// <summary>Bytes that what pictures have cost may take while nobody uses it; null takes the model's default.</summary>
    public long? ImageCacheBytes { get; set; }

    /// <summary>Requests that are decoded at the same time.</summary>
    public int MaximumConcurrentRequests { get; set; } = 4;

    /// <summary>Requests that may wait for their turn; callers beyond are told that the model is busy.</summary>
    public int MaximumQueuedRequests { get; set; } = 32;

    /// <summary>Requests of one owner that are decoded at the same time; null leaves one of several places to the others. The owner of a host without users is not capped.</summary>
    public int? MaximumConcurrentRequestsPerOwner { get; set; }

    /// <summary>Requests of one owner that may wait for their turn; null for as many as there is room for. A full queue makes room for owners with few in it.</summary>
    public int? MaximumQueuedRequestsPerOwner { get; set; }

    /// <summary>Bytes of a picture file at most; null takes the engine's default.</summary>
    public long? MaximumImageBytes { get; set; }

    /// <summary>Pixels of a picture at most; null takes the engine's default.</summary>
    public long? MaximumImagePixels { get; set; }

    /// <summary>
    /// Bytes that all pictures together may take while they are decoded; others wait, and a picture that needs more alone is refused. For the whole
    /// process; null leaves <see cref="MGLMM.Imaging.ImageDecoder.MaximumMemory"/> as it is.
    /// </summary>
    public long? MaximumDecodingBytes { get; set; }

    /// <summary>What one conversation may hold. A pixel of an open picture takes 3 bytes of memory.</summary>
    public WorkspaceLimits WorkspaceLimits { get; set; } = WorkspaceLimits.Default with { MaximumTotalPixels = 60_000_000, MaximumArtifacts = 256 };

    /// <summary>Folders whose pictures <c>open_image</c> may read, at any depth. Full paths.</summary>
    public IList<string> AllowedFolders { get; set; } = [];

    /// <summary>Hosts that <c>open_image</c> may fetch pictures from by https, as <see cref="ImageInputPolicy.AllowedHosts"/> writes them.</summary>
    public IList<string> AllowedHosts { get; set; } = [];

    /// <summary>Whether <c>open_image</c> takes data URIs.</summary>
    public bool AllowDataUris { get; set; }

    /// <summary>The folder that rendered pictures and exports are written to, a full path; null keeps them in memory.</summary>
    public string? OutputFolder { get; set; }

    /// <summary>
    /// How long a request may have to wait for those before it, as far as that can be foreseen; one that would longer is told to come again. Null lets it wait as long as
    /// there is room.
    /// </summary>
    public TimeSpan? LongestQueueWait { get; set; }

    /// <summary>
    /// How long a tool waits for the model's answer; one that is not there by then ends with the error <c>late</c>, and one that cannot be is <c>busy</c> at once. Null is as long
    /// as it takes.
    /// </summary>
    public TimeSpan? AnswerDeadline { get; set; }

    /// <summary>Owners whose requests can wait for everybody else's: jobs that run by night. Their answers are the same.</summary>
    public IList<string> BackgroundOwners { get; set; } = [];

    /// <summary>Tokens of one answer of the model at most.</summary>
    public int MaximumNewTokens { get; set; } = 512;

    /// <summary>Tokens that one result may cost the model that reads it.</summary>
    public int MaximumResultTokens { get; set; } = 560;

    /// <summary>Conversations that are kept in memory at most, over all owners.</summary>
    public int MaximumConversations { get; set; } = 256;

    /// <summary>Conversations of one owner in memory at most.</summary>
    public int MaximumConversationsPerOwner { get; set; } = 32;

    /// <summary>
    /// Bytes that all conversations in memory may take together, pictures, masks and files; beyond them those of whoever adds to them go first, the one that was used longest ago before
    /// the others. What is in use stays until its use has ended, here as for the other limits.
    /// </summary>
    public long MaximumConversationBytes { get; set; } = 1L << 30;

    /// <summary>A conversation in memory whose pictures were not used for so long is let go.</summary>
    public TimeSpan ConversationIdleTime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a call waits for the model while it is loaded, before it is told to come again. At most an hour.</summary>
    public TimeSpan LoadWait { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Whether the encoders of pictures stay loaded. Where they do not, each is loaded for a new picture and let go behind it: less memory, and a load with every new picture.
    /// </summary>
    public bool KeepEncoders { get; set; } = true;

    /// <summary>
    /// Whether a picture is encoded as soon as it is opened, while its first question is still being written: with a large model that is most of what the first answer takes. A picture
    /// that nobody asks about is encoded for nothing.
    /// </summary>
    public bool PrepareImages { get; set; }

    /// <summary>Whether the model answers once before it counts as ready, so that the first caller need not wait for what is made on first use.</summary>
    public bool WarmUp { get; set; } = true;

    /// <summary>Told how far the loading is; set by whoever loads.</summary>
    public IProgress<WorkProgress>? LoadingProgress { get; internal set; }

    /// <summary>What of this the engine is loaded with.</summary>
    public ModelOptions ToModelOptions() => new()
    {
        Progress = LoadingProgress,
        Accelerator = Accelerator,
        DeviceId = DeviceId,
        Threads = Threads,
        VerifyHashes = VerifyHashes,
        KeepEncoders = KeepEncoders,
        ImageCacheBytes = ImageCacheBytes,
        MaximumConcurrentRequests = MaximumConcurrentRequests,
        MaximumQueuedRequests = MaximumQueuedRequests,
        MaximumConcurrentRequestsPerRequester = MaximumConcurrentRequestsPerOwner,
        MaximumQueuedRequestsPerRequester = MaximumQueuedRequestsPerOwner,
        LongestQueueWait = LongestQueueWait,
        ImageLimits = ToImageLimits(),
    };

    /// <summary>How large a picture may be.</summary>
    public ImageLimits ToImageLimits() => ImageLimits.Default with
    {
        MaximumBytes = MaximumImageBytes ?? ImageLimits.Default.MaximumBytes,
        MaximumPixels = MaximumImagePixels ?? ImageLimits.Default.MaximumPixels,
    };

    /// <summary>Whether an owner's requests come first or can wait.</summary>
    /// <param name="owner">Whose they are.</param>
    public AskPriority PriorityOf(string? owner) => owner is not null && BackgroundOwners.Contains(owner) ? AskPriority.Background : AskPriority.Interactive;

    internal VisionToolsetOptions ToToolsetOptions() => new()
    {
        Inputs = new ImageInputPolicy { AllowedFolders = [.. AllowedFolders], AllowedHosts = [.. AllowedHosts], AllowDataUris = AllowDataUris },
        MaximumNewTokens = MaximumNewTokens,
        MaximumResultTokens = MaximumResultTokens,
        AnswerDeadline = AnswerDeadline,
        PriorityOf = PriorityOf,
        PrepareImages = PrepareImages,
        OutputFolder = OutputFolder,
    };

    internal VisionWorkspacesOptions ToWorkspacesOptions() => new()
    {
        MaximumWorkspaces = MaximumConversations,
        MaximumPerOwner = MaximumConversationsPerOwner,
        MaximumBytes = MaximumConversationBytes,
        IdleTime = ConversationIdleTime,
        WorkspaceLimits = WorkspaceLimits,
    };
}
