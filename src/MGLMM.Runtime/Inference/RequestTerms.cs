namespace MGLMM.Runtime.Inference;

/// <summary>How a request is to be served.</summary>
/// <param name="Owner">Whose it is; null where nobody is named.</param>
internal readonly record struct RequestTerms(string? Owner)
{
    /// <summary>Whether it can wait for those that somebody waits for.</summary>
    public bool IsBackground { get; init; }

    /// <summary>What it will take of the device, as far as that can be foreseen; zero where nothing is known.</summary>
    public TimeSpan Cost { get; init; }

    /// <summary>How long its answer is waited for; null where there is no limit.</summary>
    public TimeSpan? Within { get; init; }
}
