using Orleans;

namespace MGLMM.Orleans.Workers;

/// <summary>What the workers of a cluster said last.</summary>
/// <param name="Id">Another one with each new list, which has heard of no one before.</param>
/// <param name="Workers">The workers that it heard of.</param>
[GenerateSerializer, Immutable, Alias("mglmm.worker-list")]
internal sealed record WorkerList([property: Id(0)] Guid Id, [property: Id(1)] WorkerReport[] Workers);
