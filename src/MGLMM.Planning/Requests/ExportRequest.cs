using System.Text.RegularExpressions;
using MGLMM.Vision.Exports;

namespace MGLMM.Planning.Requests;

/// <summary>Regions as a file for other programs: "export the house as svg".</summary>
internal static class ExportRequest
{
    /// <summary>All words that name a format, as alternatives of a regular expression.</summary>
    public const string Words = "polygons?|panoptic|masks?|png|labelme|geojson|yolo|label[ _-]?studio|svg|coco|rle|json";

    private static readonly (string Words, string Format)[] Formats =
    [
        ("coco polygons?", "coco_polygon"), ("panoptic", "panoptic_png"), ("masks?|png", "mask_png"), ("labelme", "labelme"), ("geojson", "geojson"),
        ("yolo", "yolo_seg"), ("label[ _-]?studio", "label_studio"), ("svg", "svg"), ("coco|rle|json", "coco_rle"), ("polygons?", "coco_polygon"),
    ];

    /// <summary>A mask without a word of its format.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Mask(Match match, PlanContext context) => Export(match.Groups["what"].Value, "mask_png", context);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        string format = Formats.First(known => Regex.IsMatch(match.Groups["format"].Value, $@"(?:{known.Words})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)).Format;
        return Export(match.Groups["what"].Value.Trim(), format, context);
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> Export(string words, string format, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(words.Length == 0 ? "everything" : words, found))
        {
            yield return step;
        }

        if (found.Regions.Count > 0)
        {
            PlannedCall file = PlannedCall.Export(found.Handles, format);
            yield return [file];
            context.Say(file.Failed ? file.Excuse : $"I exported {Sentences.Listed(found)} as {format}: {Sentences.File(file)}.");
        }
    }
}
