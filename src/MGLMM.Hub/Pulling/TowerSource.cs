using MGLMM.Hub.Http;

namespace MGLMM.Hub.Pulling;

/// <summary>Where the vision tower comes from: a folder, or a model of the hub.</summary>
internal sealed record TowerSource(string? Folder, RepositoryFiles? Files, CheckpointSelection? Selection, IReadOnlyList<HubFile> Weights);
