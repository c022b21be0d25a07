using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Which of two is larger, by what is measured on their masks: "is the house bigger than the ball".</summary>
internal static class SizeRequest
{
    /// <summary>All words that say a size, as alternatives of a regular expression.</summary>
    public const string Adjectives = "big|large|great|small|tiny|tall|high|short|wide|broad|long|narrow";

    /// <summary>All words that compare sizes, as alternatives of a regular expression.</summary>
    public const string Words = "bigger|larger|greater|biggest|largest|smaller|tinier|smallest|taller|tallest|shorter|shortest|wider|widest|narrower|narrowest";

    private static readonly (string Words, string Measure, bool More)[] Measures =
    [
        ("bigger|larger|greater|biggest|largest", "area", true), ("smaller|tinier|smallest", "area", false),
        ("taller|tallest", "height", true), ("shorter|shortest", "height", false),
        ("wider|widest", "width", true), ("narrower|narrowest", "width", false),
    ];

    public static IEnumerable<IReadOnlyList<PlannedCall>> Which(Match match, PlanContext context) => Compare(match, context, false);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Whether(Match match, PlanContext context) => Compare(match, context, true);

    public static IEnumerable<IReadOnlyList<PlannedCall>> One(Match match, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["a"].Value, found))
        {
            yield return step;
        }

        if (found.Regions.Count > 0)
        {
            PlannedCall page = PlannedCall.Get(found.Handles, "phrase, area_px, area_fraction, box_xyxy_px", 100);
            yield return [page];
            context.PointAt(found);
            context.Say(page.Failed ? page.Excuse : string.Join('\n', found.Regions.Where(region => page.Regions.Any(one => one.Handle == region.Handle)).Select(region =>
                $"{Sentences.Capital(region.ToString())} covers {Sentences.Pixels(Size(page, region, "area"))}{Share(page, region)}, "
                + $"{Sentences.Pixels(Size(page, region, "width"))} wide and {Sentences.Pixels(Size(page, region, "height"))} tall.")));
        }
    }

    /// <summary>The picture's own size.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> OfPicture(Match match, PlanContext context)
    {
        context.Say(context.Size is { } size ? $"The picture is {Sentences.Pixels(size.Width)} wide and {Sentences.Pixels(size.Height)} tall." : "I do not know how large the picture is.");
        return [];
    }

    /// <summary>One thing's height against its own width: "is the tree taller than it is wide".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Shape(Match match, PlanContext context)
    {
        Target found = new();
        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in TargetFinder.IsScene(match.Groups["a"].Value) ? [] : context.Find.ResolveMeasured(match.Groups["a"].Value, found, measured))
        {
            yield return step;
        }

        if (TargetFinder.IsScene(match.Groups["a"].Value) && context.Size is { } size)
        {
            measured = [new MeasuredRegion(new KnownRegion(context.Image, "the picture"), 1, 0, 0, 0, size.Width, size.Height, 0, 0)];
        }

        bool asksTall = match.Groups["word"].Value.ToLowerInvariant() is "taller" or "higher" or "longer";
        foreach (MeasuredRegion one in measured)
        {
            bool isTall = one.Height > one.Width;
            string verdict = match.Groups["or"].Success ? (one.Height == one.Width ? "Neither" : isTall ? "Taller than wide" : "Wider than tall") : isTall == asksTall && one.Height != one.Width ? "Yes" : "No";
            context.Say($"{verdict}: {one.Region} is {Sentences.Pixels(one.Height)} tall and {Sentences.Pixels(one.Width)} wide.");
        }

        context.Say(measured.Count == 0 ? found.Excuse ?? string.Empty : string.Empty);
    }

    /// <summary>All of a kind, the largest first.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Each(Match match, PlanContext context)
    {
        Wanted wanted = Wanted.Read(match.Groups["what"].Value);
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, found))
        {
            yield return step;
        }

        if (found.Count == 0)
        {
            yield break;
        }

        context.LastLabel = wanted.Label;
        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Measure(found, measured))
        {
            yield return step;
        }

        context.Say(measured.Count switch
        {
            0 => found.Excuse ?? string.Empty,
            1 => $"I found {measured[0].Region} only; there is nothing to compare.",
            _ => $"From the largest to the smallest: {string.Join(", ", measured.OrderByDescending(region => region.Area).Select(region => $"{region.Region} ({Sentences.Pixels(region.Area)})"))}.",
        });
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> Compare(Match match, PlanContext context, bool asksWhether)
    {
        (Target? a, Target? b) = (new Target(), new Target());
        foreach (IReadOnlyList<PlannedCall> step in context.Find.ResolveBoth(match.Groups["a"].Value, a, match.Groups["b"].Value, b))
        {
            yield return step;
        }

        if (a.Regions.Count == 0 || b.Regions.Count == 0)
        {
            yield break;
        }

        // Of more than two each is told.
        if (a.Count + b.Count > 2)
        {
            Target several = Target.Holding([.. a.Regions, .. b.Regions]);
            List<MeasuredRegion> measured = [];
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Measure(several, measured))
            {
                yield return step;
            }

            string by = Wanted.Read($"the {Wanted.Superlative(match.Groups["word"].Value is { Length: > 0 } asked ? Comparative(asked.ToLowerInvariant()) : "bigger")} one").Order ?? "largest";
            double Key(KnownRegion region) => measured.Where(one => one.Region.Handle == region.Handle).Select(MeasuredRegion.By(by)).FirstOrDefault();
            int before = asksWhether ? b.Regions.Count(other => a.Regions.All(region => Key(region) < Key(other))) : 0;
            string verdict = !asksWhether || measured.Count == 0 ? string.Empty : before == b.Regions.Count ? "Yes. " : before == 0 ? "No. " : "Not of all. ";
            context.Say(measured.Count == 0 ? several.Excuse ?? string.Empty : $"{verdict}In order, the {MeasuredRegion.InWords(by)} first: {string.Join(", ", measured.OrderBy(MeasuredRegion.By(by)).Select(region => $"{region.Region} {MeasuredRegion.Figure(region, by)}"))}.");
            yield break;
        }

        (KnownRegion? first, KnownRegion? second) = (a.Regions[0], b.Regions[0]);
        if (first.Handle == second.Handle)
        {
            context.Say($"Both are {first}; there is nothing to compare.");
            yield break;
        }

        PlannedCall page = PlannedCall.Get($"{first.Handle}, {second.Handle}", "phrase, area_px, box_xyxy_px");
        yield return [page];
        if (page.Failed)
        {
            context.Say(page.Excuse);
            yield break;
        }

        string word = match.Groups["word"].Value is { Length: > 0 } given ? Comparative(given.ToLowerInvariant()) : "bigger";
        (string _, string? measure, bool more) = Measures.First(known => known.Words.Split('|').Contains(word));
        (double one, double other) = (Size(page, first, measure), Size(page, second, measure));
        string figures = $"{first} {(measure == "area" ? "covers" : $"has a {measure} of")} {Sentences.Pixels(one)}, {second} {Sentences.Pixels(other)}";
        if (one == other)
        {
            context.Say($"Neither: {figures}.");
            yield break;
        }

        KnownRegion winner = one > other == more ? first : second;
        string comparative = word.EndsWith("est", StringComparison.Ordinal) ? word[..^3] + "er" : word;
        context.Say(asksWhether
            ? $"{(winner == first ? "Yes" : "No")}: {first} is {(winner == first ? string.Empty : "not ")}{word} than {second}; {figures}."
            : $"{Sentences.Capital(winner.ToString())} is {comparative}: {figures}{Ratio(one, other, measure)}.");
    }

    /// <summary>"How tall is the tree compared to the tent" asks which is taller.</summary>
    private static string Comparative(string word) => word switch
    {
        "big" => "bigger", "large" or "great" => "larger", "small" or "tiny" => "smaller", "tall" or "high" => "taller", "short" => "shorter", "wide" or "broad" or "long" => "wider",
        "narrow" => "narrower", "height" or "heights" => "taller", "width" or "widths" => "wider", _ => word,
    };

    private static string Ratio(double one, double other, string measure) =>
        Math.Min(one, other) > 0 && measure == "area"
            ? string.Create(CultureInfo.InvariantCulture, $", a ratio of {Math.Max(one, other) / Math.Min(one, other):0.#}")
            : string.Empty;

    private static string Share(PlannedCall page, KnownRegion region) => MeasuredRegion.ShareOf(page, region.Handle) is { } share
        ? string.Create(CultureInfo.InvariantCulture, $" ({100 * share:0.#} % of the picture)") : string.Empty;

    private static double Size(PlannedCall page, KnownRegion region, string measure)
    {
        foreach (JsonElement record in page.Result.GetProperty("regions").EnumerateArray().Where(record => record.GetProperty("region").GetString() == region.Handle))
        {
            JsonElement box = record.GetProperty("box_xyxy_px");
            return measure switch
            {
                "width" => box[2].GetDouble() - box[0].GetDouble(),
                "height" => box[3].GetDouble() - box[1].GetDouble(),
                _ => record.GetProperty("area_px").GetDouble(),
            };
        }

        return 0;
    }
}
