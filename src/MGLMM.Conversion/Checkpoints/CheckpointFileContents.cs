namespace MGLMM.Conversion.Checkpoints;

/// <summary>What one file of a checkpoint holds.</summary>
/// <param name="Tensors">In the order of the file; names are unique.</param>
/// <param name="IgnoredEntries">What was passed over.</param>
internal sealed record CheckpointFileContents(IReadOnlyList<CheckpointTensor> Tensors, IReadOnlyList<IgnoredEntry> IgnoredEntries);
