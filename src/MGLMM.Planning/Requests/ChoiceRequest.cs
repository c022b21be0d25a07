using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Which of several named things is the first in an order: "which is the smallest, the sun, the rabbit or the plane".</summary>
internal static class ChoiceRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        string order = Wanted.Superlative(Regex.Replace(match.Groups["word"].Value.ToLowerInvariant(), @"\s+", " "));
        List<KnownRegion> things = [];
        foreach (string words in Regex.Split(match.Groups["list"].Value, @"\s*,\s*(?:or\s+)?|\s+or\s+", RegexOptions.IgnoreCase))
        {
            Target found = new();
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(words, found))
            {
                yield return step;
            }

            if (found.Count == 0)
            {
                // That was said.
                yield break;
            }

            things.Add(found.Regions[0]);
        }

        Target all = new();
        all.Take(things);
        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Measure(all, measured))
        {
            yield return step;
        }

        if (measured.Count < all.Count)
        {
            context.Say(all.Excuse ?? string.Empty);
            yield break;
        }

        MeasuredRegion first = measured.OrderBy(By(order)).First();
        context.Say($"{Sentences.Capital(first.Region.ToString())} is the {order}: {string.Join(", ", measured.Select(region => Figure(region, order)))}.");
    }

    private static Func<MeasuredRegion, double> By(string order) => MeasuredRegion.By(order) ?? (order switch
    {
        "smallest" or "tiniest" or "littlest" => region => region.Area,
        "leftmost" => region => region.X,
        "rightmost" => region => -region.X,
        "highest" or "topmost" or "uppermost" => region => region.Y,
        "lowest" or "bottommost" => region => -region.Y,
        _ => region => -region.Area,
    });

    private static string Figure(MeasuredRegion region, string order) => order switch
    {
        "tallest" or "shortest" => $"{region.Region} {Sentences.Pixels(region.Height)} tall",
        "widest" or "narrowest" => $"{region.Region} {Sentences.Pixels(region.Width)} wide",
        "leftmost" or "rightmost" => $"{region.Region} with its middle at x {Sentences.Pixels(region.X)}",
        "highest" or "topmost" or "uppermost" or "lowest" or "bottommost" => $"{region.Region} with its middle at y {Sentences.Pixels(region.Y)}",
        _ => $"{region.Region} {Sentences.Pixels(region.Area)}",
    };
}
