using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>Sets of regions as results.</summary>
internal static class RegionSets
{
    /// <summary>What a language model is told that an argument of regions takes.</summary>
    public const string Description = "Regions, a set or an image (all its regions), such as m3, m4 or s2 or img1";

    private const int NoteTokens = 110;

    /// <summary>Keeps regions as a set, and lists as many of them as a result holds.</summary>
    public static RegionsResult New(VisionToolContext context, VisionImage image, IReadOnlyList<VisionRegion> regions, string origin, string? note)
    {
        VisionSet set = context.Workspace.AddSet(image, [.. regions.Select(region => region.Handle)], origin);
        note = note is null ? null : ResultBudget.Text(note, 400, NoteTokens);
        IReadOnlyList<RegionRecord> listed = ResultBudget.Fitting(regions, RegionFields.Normal, context.Settings.MaximumResultTokens, note ?? string.Empty);
        return new RegionsResult
        {
            Image = image.Handle,
            Set = set.Handle,
            Count = regions.Count,
            Empty = regions.Count == 0,
            Regions = listed,
            NextOffset = listed.Count < regions.Count ? listed.Count : null,
            Note = note,
        };
    }

    /// <summary>Several notes as one; null where none says anything.</summary>
    public static string? Note(params IEnumerable<string?> notes) => string.Join(' ', notes.OfType<string>()) is { Length: > 0 } note ? note : null;
}
