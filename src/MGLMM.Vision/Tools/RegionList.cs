namespace MGLMM.Vision.Tools;

/// <summary>Regions of one picture, each once, in the order that they were named in.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Regions">Its regions.</param>
/// <param name="Set">The set that was named, where it was one alone; null otherwise.</param>
/// <param name="Said">How they were named.</param>
/// <param name="ExpiredCount">Members of named sets that are no longer kept.</param>
internal sealed record RegionList(VisionImage Image, IReadOnlyList<VisionRegion> Regions, VisionSet? Set, string Said, int ExpiredCount);
