namespace MGLMM;

/// <summary>The queue in front of the device is full. Nothing was computed; the same request may succeed later.</summary>
public sealed class EngineBusyException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="queued">Requests that are waiting.</param>
    /// <param name="retryAfter">When there may be room again.</param>
    public EngineBusyException(int queued, TimeSpan retryAfter)
        : base($"The model is busy: {queued} requests are waiting already. Try again in {Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds))} s.") =>
        RetryAfter = retryAfter;

    /// <summary>Creates the exception of a model that lets its requests wait elsewhere.</summary>
    /// <param name="message">In words.</param>
    /// <param name="retryAfter">When there may be room again.</param>
    public EngineBusyException(string message, TimeSpan retryAfter)
        : base(message) =>
        RetryAfter = retryAfter;

    /// <summary>An estimate of when there is room again, from how long recent requests took.</summary>
    public TimeSpan RetryAfter { get; }
}
