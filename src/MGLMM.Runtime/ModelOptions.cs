using MGLMM.Runtime.Inference;

namespace MGLMM.Runtime;

/// <summary>How a model is loaded and what it may use. The defaults are safe for an untrusted caller on a small machine.</summary>
public sealed class ModelOptions
{
    private const int LargestDraft = 64;

    /// <summary>Where the graphs run.</summary>
    public Accelerator Accelerator { get; init; } = Accelerator.Auto;

    /// <summary>The CUDA device's number.</summary>
    public int DeviceId { get; init; }

    /// <summary>
    /// Threads of one run on the CPU. 0 decides for each graph: one per core that this process may use where the weights have 32 MiB or more, and one
    /// where they have less, since a small graph loses more by waiting than further threads save.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>
    /// Whether the SHA-256 of every bundle file is checked. Switch off only for folders that trusted hands alone can write. Files whose packed form is used
    /// (<see cref="PackedWeights"/>) were checked when that was made; then only their lengths and times are.
    /// </summary>
    public bool VerifyHashes { get; init; } = true;

    /// <summary>
    /// Bytes that what images already cost (embeddings, image tokens, KV caches) may take while nobody uses it. Everything of the image
    /// that was used longest ago goes first, its KV caches before its encodings. 0 keeps nothing; null makes room for two of the model's
    /// longest sequences, and for 512 MiB at least.
    /// </summary>
    public long? ImageCacheBytes { get; init; }

    /// <summary>Requests that are decoded at the same time, taking turns on the device token by token.</summary>
    public int MaximumConcurrentRequests { get; init; } = 4;

    /// <summary>Requests that may wait for their turn; one more fails at once with <see cref="EngineBusyException"/>.</summary>
    public int MaximumQueuedRequests { get; init; } = 32;

    /// <summary>
    /// Requests of one requester (<see cref="AskOptions.Requester"/>) that are decoded at the same time; null leaves one place of several to the
    /// others. Requests that name nobody are not capped.
    /// </summary>
    public int? MaximumConcurrentRequestsPerRequester { get; init; }

    /// <summary>
    /// Requests of one requester that may wait; null for as many as there is room for. Where there is none left, whoever has fewest waiting takes the
    /// room of the newest request of whoever has most.
    /// </summary>
    public int? MaximumQueuedRequestsPerRequester { get; init; }

    /// <summary>
    /// How long a request may have to wait for those before it, as far as that can be foreseen from what earlier ones took; one that would longer fails at once with
    /// <see cref="EngineBusyException"/>. Null lets it wait as long as there is room for it.
    /// </summary>
    public TimeSpan? LongestQueueWait { get; init; }

    /// <summary>Tokens of a prompt that are run at once; longer prompts go in several runs, which bounds their memory.</summary>
    public int PrefillChunk { get; init; } = 512;

    /// <summary>
    /// Tokens that are guessed from what was said about the same picture before and verified in one run of the decoder, so
    /// that text that repeats comes faster. The answer is the same up to rounding: a run of several rows may differ from
    /// single ones in the last bit, which matters only where two tokens are as good as equal. 0 decodes token by token.
    /// </summary>
    public int MaximumDraftTokens { get; init; } = 8;

    /// <summary>
    /// Answers that are decoded in shared runs, a token of each at a time, where several are under way: together they come faster than by turns, since a run
    /// reads the weights once. An answer is the same up to rounding, as with drafts. Their keys and values take up to as much memory again as
    /// <see cref="ImageCacheBytes"/>; answers that do not fit there take turns. On the CPU only. 1 shares nothing.
    /// </summary>
    public int MaximumSharedSequences { get; init; } = 8;

    /// <summary>What pictures are accepted.</summary>
    public ImageLimits ImageLimits { get; init; } = ImageLimits.Default;

    /// <summary>Whether what <see cref="PackedWeights"/> left beside the bundle is used where it is valid.</summary>
    public bool UsePackedWeights { get; init; } = true;

    /// <summary>When the graphs are loaded.</summary>
    public GraphLoading GraphLoading { get; init; }

    /// <summary>
    /// Whether the encoders of pictures stay loaded. Where they do not, each is loaded for a new picture and let go behind it: less memory, and a load with every picture that is
    /// not in the cache any more. <see cref="PackedWeights"/> make such a load short.
    /// </summary>
    public bool KeepEncoders { get; init; } = true;

    /// <summary>Told of each stage of loading and how far it is, from several threads, one at a time; must be quick and may not throw.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }

    /// <summary>
    /// Runs a bundle that is laid out for the CPU on CUDA all the same, in fp32. Keys and values stay in the CPU's memory, for CUDA has their attention in
    /// fp16 only: right for comparing numbers, slow for answers.
    /// </summary>
    internal bool CudaForAnyLayout { get; init; }

    /// <summary>Has the last word on the settings of each graph, for measurements.</summary>
    internal Action<string, Microsoft.ML.OnnxRuntime.SessionOptions>? AdjustSettings { get; init; }

    /// <summary>Whether a decoder of 4 bits runs with products of our own, where the processor can; without them for comparing.</summary>
    internal bool OwnProducts { get; init; } = true;

    internal DeviceSettings Device => new(
        Accelerator switch
        {
            Accelerator.Cpu => CudaUse.Never,
            Accelerator.Cuda => CudaUse.Demanded,
            _ => CudaUse.WherePossible,
        },
        DeviceId,
        Threads)
    {
        Progress = Progress,
        CudaForAnyLayout = CudaForAnyLayout,
        OwnProducts = OwnProducts,
        AdjustSettings = AdjustSettings,
    };

    /// <summary>The clock of deadlines.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
        ArgumentOutOfRangeException.ThrowIfNegative(DeviceId);
        ArgumentOutOfRangeException.ThrowIfNegative(ImageCacheBytes ?? 0, nameof(ImageCacheBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumConcurrentRequests, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumQueuedRequests);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumConcurrentRequestsPerRequester ?? 1, 1, nameof(MaximumConcurrentRequestsPerRequester));
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumQueuedRequestsPerRequester ?? 0, nameof(MaximumQueuedRequestsPerRequester));
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestQueueWait ?? TimeSpan.Zero, TimeSpan.Zero, nameof(LongestQueueWait));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumSharedSequences, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PrefillChunk, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumDraftTokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaximumDraftTokens, LargestDraft);
        ArgumentNullException.ThrowIfNull(ImageLimits);
        if (!Enum.IsDefined(GraphLoading))
        {
            throw new ArgumentOutOfRangeException(nameof(GraphLoading), GraphLoading, "There is no such time of loading.");
        }
    }
}
