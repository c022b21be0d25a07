using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Pictures of regions: outlined, marked, numbered, cut out, cropped, with the rest blurred or grey.</summary>
internal static class DrawRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Blur(Match match, PlanContext context) =>
        Draw(match.Groups["what"].Value, "blur_others", "I blurred everything but", context);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Grey(Match match, PlanContext context) =>
        Draw(match.Groups["what"].Value, "gray_others", "I took the colour from everything but", context);

    /// <summary>Everything but what was dealt with last, else but all objects.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> GreyRest(Match match, PlanContext context) =>
        Draw(context.Kept, "gray_others", "I took the colour from everything but", context);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Cut(Match match, PlanContext context) =>
        Draw(match.Groups["what"].Value is { Length: > 0 } what ? what : "it", "cutout", "I cut out", context);

    /// <summary>Each in a picture of its own: "cut out both rabbits, one file each".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Each(Match match, PlanContext context)
    {
        bool crops = match.Value.StartsWith("crop", StringComparison.OrdinalIgnoreCase);
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, found))
        {
            yield return step;
        }

        PlannedCall[] pictures = [.. found.Regions.Select(region => PlannedCall.Render(context.Image, region.Handle, crops ? "crop" : "cutout"))];
        if (pictures.Length > 0)
        {
            yield return pictures;
            context.PointAt(found);
            context.Say(pictures.FirstOrDefault(picture => picture.Failed) is { } failed ? failed.Excuse
                : $"{(crops ? "I cropped the picture to" : "I cut out")} each by itself{Sentences.How(found)}: {string.Join(", ", found.Regions.Zip(pictures).Select(one => $"{one.First} {Sentences.File(one.Second)}"))}.");
        }
    }

    public static IEnumerable<IReadOnlyList<PlannedCall>> Crop(Match match, PlanContext context) =>
        Draw(match.Groups["what"].Value, "crop", "I cropped the picture to", context);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Number(Match match, PlanContext context) =>
        Draw(match.Groups["what"].Value, "numbered", "I numbered", context, order: match.Groups["order"] is { Success: true } order ? OrderOf(order.Value) : null);

    /// <summary>The order in which numbers are to be given: "from left to right", "the topmost gets 1".</summary>
    private static string OrderOf(string words) => Wanted.Read($"the {Regex.Match(words, @"\b(?:left|right|top|bottom|large|big|small)", RegexOptions.IgnoreCase).Value.ToLowerInvariant() switch
    {
        "right" => "rightmost", "top" => "topmost", "bottom" => "lowest", "large" or "big" => "largest", "small" => "smallest", _ => "leftmost",
    }} one").Order!;

    public static IEnumerable<IReadOnlyList<PlannedCall>> Outline(Match match, PlanContext context) =>
        match.Groups["box"].Success ? Draw(match.Groups["what"].Value, "box", "I drew a box around", context, match.Value) : Draw(match.Groups["what"].Value, "outline", "I outlined", context, match.Value);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Mark(Match match, PlanContext context) =>
        Draw(match.Groups["what"].Value, "overlay", "I marked", context, match.Value);

    /// <summary>Things without their background: those named, else those spoken of, else all objects.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> CutFromBackground(Match match, PlanContext context) =>
        Draw(match.Groups["what"].Value is { Length: > 0 } what ? what : context.Kept, "cutout", "I cut out", context);

    /// <summary>Blurs what is named and keeps the rest sharp.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> BlurOnly(Match match, PlanContext context)
    {
        string words = match.Groups["what"].Value;
        Target without = new();
        if (Regex.IsMatch(words, @"^(?:out\s+)?(?:(?:everything|all|anything)\s+else|the\s+(?:rest|background))$", RegexOptions.IgnoreCase))
        {
            // Without anything spoken of before, the background is what no object has.
            foreach (IReadOnlyList<PlannedCall> step in Draw(context.Kept, "blur_others", "I blurred everything but", context))
            {
                yield return step;
            }

            yield break;
        }

        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(words, without))
        {
            yield return step;
        }

        if (without.Regions.Count == 0)
        {
            yield break;
        }

        PlannedCall rest = PlannedCall.Combine("invert", without.Handles);
        yield return [rest];
        context.PointAt(without);
        if (rest.Failed || rest.Empty || rest.Set is null)
        {
            context.Say(rest.Failed ? rest.Excuse : "That is the whole picture; nothing would stay sharp.");
            yield break;
        }

        PlannedCall picture = PlannedCall.Render(context.Image, rest.Set, "blur_others");
        yield return [picture];
        context.Say(picture.Failed ? picture.Excuse : $"I blurred {Sentences.Listed(without)}: {Sentences.File(picture)}.");
    }

    /// <summary>What the numbers in the picture are: those of the handles, whatever order was asked for; the order is told beside them.</summary>
    private static string Numbers(Target found, string? order, bool isSorted)
    {
        string drawn = " The numbers drawn are those of the handles";
        return order is null || found.Count < 2 ? $"{drawn}."
            : !isSorted ? $"{drawn}; in which order they come I could not measure."
            : $"{drawn}; in order, the {MeasuredRegion.InWords(order)} first: {string.Join(", ", found.Regions.Select((region, index) => $"{index + 1} is {region.Handle}"))}.";
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> Draw(string words, string style, string did, PlanContext context, string? said = null, string? order = null)
    {
        Look look = Look.Read(words, said);
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(look.Words, found))
        {
            yield return step;
        }

        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in order is null || found.Count < 2 || found.Count > found.Regions.Count ? [] : context.Find.Measure(found, measured))
        {
            yield return step;
        }

        if (measured.Count == found.Count && order is not null)
        {
            found.Take([.. measured.OrderBy(MeasuredRegion.By(order)).Select(region => region.Region)]);
        }

        if (found.Regions.Count > 0)
        {
            PlannedCall picture = PlannedCall.Render(context.Image, found.Handles, style, look.Colour, look.Width);
            yield return [picture];
            context.Say(picture.Failed ? picture.Excuse : $"{did} {Sentences.Listed(found)}{Sentences.How(found)}{look}: {Sentences.File(picture)}.{(style == "numbered" ? Numbers(found, order, measured.Count == found.Count) : string.Empty)}");
        }
    }
}
