namespace MGLMM.Samples.VisionAgent.Tour;

/// <summary>A call of a function and what it took.</summary>
/// <param name="Name">The function and what it was called for.</param>
/// <param name="Elapsed">As the caller saw it, Semantic Kernel included.</param>
/// <param name="Timings">Where the model's time went; null where it was not asked.</param>
internal sealed record TimedCall(string Name, TimeSpan Elapsed, AnswerTimings? Timings);
