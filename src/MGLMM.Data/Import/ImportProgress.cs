namespace MGLMM.Data.Import;

/// <summary>How far an import has come.</summary>
/// <param name="Stage">What is done, such as <c>reading instances.json</c> or <c>writing samples</c>.</param>
/// <param name="Done">How much of it.</param>
/// <param name="Total">How much there is in all; null where that is not known.</param>
public readonly record struct ImportProgress(string Stage, long Done, long? Total);
