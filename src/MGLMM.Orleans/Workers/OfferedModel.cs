namespace MGLMM.Orleans.Workers;

/// <summary>A model that workers of a cluster answer with. Immutable.</summary>
/// <param name="Id">The <see cref="ModelId"/>.</param>
/// <param name="Card">What it says about itself.</param>
internal sealed record OfferedModel(string Id, ModelCard Card);
