using System.Text.RegularExpressions;
using MGLMM.Language;
using MGLMM.Vision.Exports;

namespace MGLMM.Planning.Requests;

/// <summary>Regions as a file for other programs: "export the house as svg".</summary>
internal static class ExportRequest
{
    /// <summary>All words that name a format, as alternatives of a regular expression.</summary>
    public const string Words = "polygons?|panoptic|masks?|png|labelme|geojson|yolo|label[ _-]?studio|svg|coco|rle|json";

    private static readonly (string Words, string Format)[] Formats =
    [
        ("coco polygons?", "coco_polygon"), ("panoptic", "panoptic_png"), ("labelme", "labelme"), ("geojson", "geojson"),
        ("yolo", "yolo_seg"), ("label[ _-]?studio", "label_studio"), ("svg", "svg"), ("coco|rle|json", "coco_rle"), ("masks?|png", "mask_png"), ("polygons?", "coco_polygon"),
    ];

    /// <summary>A mask without a word of its format.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Mask(Match match, PlanContext context) => Export(match.Groups["what"].Value, "mask_png", context);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        string format = FormatOf(match.Groups["format"].Value);
        return match.Groups["each"].Success ? Separate(match.Groups["what"].Value.Trim(), format, context) : Export(match.Groups["what"].Value.Trim(), format, context);
    }

    /// <summary>A file for each: "one PNG mask per tree".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Each(Match match, PlanContext context)
    {
        string words = match.Groups["each"].Value;
        return Separate(Wanted.Read(words) is { All: false, IsPronoun: false, Order: null, Conditions.Count: 0, IsDemonstrative: false } && !Regex.IsMatch(words, @"\s+(?:of|and)\s+|\b[ms]\d", RegexOptions.IgnoreCase) && !Nouns.IsPart(words) && !TargetFinder.IsOfAWhole(Wanted.Read(words))
            ? "all " + EnglishPhrases.Plural(words) : words, FormatOf(match.Groups["format"].Value), context);
    }

    private static string FormatOf(string words) =>
        Formats.FirstOrDefault(known => Regex.IsMatch(words, $@"(?:{known.Words})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)).Format ?? "mask_png";

    private static IEnumerable<IReadOnlyList<PlannedCall>> Separate(string words, string format, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(words, found))
        {
            yield return step;
        }

        if (found.Count == 0)
        {
            yield break;
        }

        // What is named as several in one region falls into its pieces.
        List<KnownRegion> regions = [];
        foreach (KnownRegion region in found.Regions)
        {
            Target pieces = new();
            foreach (IReadOnlyList<PlannedCall> step in Nouns.NamesSeveral([region]) ? context.Find.Pieces(region, pieces) : [])
            {
                yield return step;
            }

            regions.AddRange(pieces.Count > 1 ? pieces.Regions.Select(piece => piece with { Phrase = $"a piece of {region.Phrase}" }) : [region]);
        }

        PlannedCall[] files = [.. regions.Select(region => PlannedCall.Export(region.Handle, format))];
        yield return files;
        context.PointAt(found);
        context.Say(files.FirstOrDefault(file => file.Failed) is { } failed ? failed.Excuse
            : $"I exported {EnglishNouns.Counted(regions.Count, "region")} as {format}, each as a file of its own: {string.Join(", ", regions.Zip(files).Select(one => $"{one.First} {Sentences.File(one.Second)}"))}.");
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> Export(string words, string format, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(words.Length > 0 ? words : context.Lost is null ? "everything" : "them", found))
        {
            yield return step;
        }

        if (found.Regions.Count > 0 && context.Exported.Add((string.Join(' ', found.Regions.Select(region => region.Handle)), format)))
        {
            PlannedCall file = PlannedCall.Export(found.Handles, format);
            yield return [file];
            context.Say(file.Failed ? file.Excuse : $"I exported {Sentences.Listed(found)}{Sentences.How(found)} as {format}: {Sentences.File(file)}.");
        }
    }
}
