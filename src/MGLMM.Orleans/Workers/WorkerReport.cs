using Orleans;
using Orleans.Runtime;

namespace MGLMM.Orleans.Workers;

/// <summary>What a worker says of itself, each second.</summary>
/// <param name="Silo">Where it is.</param>
/// <param name="Model">The <see cref="ModelId"/> of its model.</param>
/// <param name="Card">Its model's card, as <see cref="GroundingJson"/> writes it; in a list the first worker of each model has it, the others an empty text.</param>
/// <param name="UnderWay">Questions that it answers or that wait with it.</param>
/// <param name="IsDraining">Whether it takes no more pictures, because it is about to end.</param>
[GenerateSerializer, Immutable, Alias("mglmm.worker-report")]
internal sealed record WorkerReport(
    [property: Id(0)] SiloAddress Silo, [property: Id(1)] string Model, [property: Id(2)] string Card, [property: Id(3)] int UnderWay, [property: Id(4)] bool IsDraining);
