namespace MGLMM.Orleans.Workers;

/// <summary>What a worker of a cluster decides for itself.</summary>
public sealed class WorkerOptions
{
    /// <summary>Bytes of pixels that it keeps, those that were asked about last; what the model keeps for them is the model's option.</summary>
    public long PictureBytes { get; set; } = 1L << 30;

    /// <summary>How long questions under way may take to end when it stops; then they are asked again elsewhere.</summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the storage of conversations keeps one after its last change: older ones are left out of their owner's list. Null where it keeps them for good; a
    /// <see cref="ClusterMembership"/> says it otherwise.
    /// </summary>
    public TimeSpan? ConversationAge { get; set; }

    internal void Validate()
    {
        if (PictureBytes < 1)
        {
            throw new ArgumentException($"{nameof(PictureBytes)} is {PictureBytes}; give 1 or more.");
        }

        if (DrainTime < TimeSpan.Zero || DrainTime > TimeSpan.FromMinutes(10))
        {
            throw new ArgumentException($"{nameof(DrainTime)} is {DrainTime}; give 00:00:00 to 00:10:00.");
        }

        if (ConversationAge <= TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(ConversationAge)} is {ConversationAge}; give a time above zero, or none.");
        }
    }
}
