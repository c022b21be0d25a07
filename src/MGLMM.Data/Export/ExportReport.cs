namespace MGLMM.Data.Export;

/// <summary>What an export wrote.</summary>
/// <param name="Folder">Where.</param>
/// <param name="Files">The files, relative to it.</param>
/// <param name="Samples">Samples in them.</param>
/// <param name="Questions">Questions in these.</param>
/// <param name="Masks">Masks of their answers.</param>
public sealed record ExportReport(string Folder, IReadOnlyList<string> Files, long Samples, long Questions, long Masks);
