namespace MGLMM.Vision.Contents;

/// <summary>How much a workspace holds.</summary>
/// <param name="Images">Pictures.</param>
/// <param name="Regions">Regions of them.</param>
/// <param name="Bytes">Pixels, masks and artifacts together.</param>
public readonly record struct WorkspaceSize(int Images, int Regions, long Bytes);
