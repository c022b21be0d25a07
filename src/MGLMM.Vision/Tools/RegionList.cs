using MGLMM.Language;

namespace MGLMM.Vision.Tools;

/// <summary>Regions of one picture, each once, in the order that they were named in.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Regions">Its regions.</param>
/// <param name="Set">The set that was named, where it was one alone; null otherwise.</param>
/// <param name="Said">How they were named.</param>
/// <param name="ExpiredCount">Members of named sets that are no longer kept.</param>
internal sealed record RegionList(VisionImage Image, IReadOnlyList<VisionRegion> Regions, VisionSet? Set, string Said, int ExpiredCount)
{
    /// <summary>What to say of members that are no longer kept; null if there are none.</summary>
    public string? Expired => ExpiredNote(ExpiredCount);

    /// <summary>What to say of so many members of sets that are no longer kept; null if there are none.</summary>
    public static string? ExpiredNote(int count) =>
        count == 0 ? null : $"{EnglishNouns.Counted(count, "region")} of this set {(count == 1 ? "is" : "are")} no longer kept.";
}
