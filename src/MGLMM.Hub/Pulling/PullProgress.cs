namespace MGLMM.Hub.Pulling;

/// <summary>How far fetching and converting have come.</summary>
/// <param name="Doing">What is being done, for people.</param>
/// <param name="FetchedBytes">Bytes that are there, those of earlier runs among them.</param>
/// <param name="FetchBytes">Bytes to fetch in all; 0 while that is not known.</param>
/// <param name="ConvertedElements">Weights converted so far.</param>
/// <param name="ConvertElements">Weights to convert in all; 0 while that is not known.</param>
public readonly record struct PullProgress(string Doing, long FetchedBytes, long FetchBytes, long ConvertedElements, long ConvertElements)
{
    /// <summary>Something that a person wants to read even when it is over: a wait, a choice that was made. Null mostly.</summary>
    public string? Note { get; init; }
}
