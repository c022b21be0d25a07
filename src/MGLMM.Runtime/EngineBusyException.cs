namespace MGLMM.Runtime;

/// <summary>The queue in front of the device is full. Nothing was computed; the same request may succeed later.</summary>
public sealed class EngineBusyException : Exception
{
    internal EngineBusyException(int queued, TimeSpan retryAfter)
        : base($"The model is busy: {queued} requests are waiting already. Try again in {Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds))} s.") =>
        RetryAfter = retryAfter;

    /// <summary>An estimate of when there is room again, from how long recent requests took.</summary>
    public TimeSpan RetryAfter { get; }
}
