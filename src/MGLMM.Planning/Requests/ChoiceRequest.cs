using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Which of several named things is the first in an order: "which is the smallest, the sun, the rabbit or the plane".</summary>
internal static class ChoiceRequest
{
    /// <summary>Words that compare places, as alternatives of a regular expression.</summary>
    public const string Positions = @"(?:farther|further|more)(?:\s+to\s+the)?\s+(?:left|right|up|down)|higher(?:\s+up)?|lower(?:\s+down)?|closer\s+to\s+the\s+(?:left|right|top|bottom)(?:\s+edge)?|frontmost|rearmost";

    /// <summary>Whether one of two is farther in a direction.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Whether(Match match, PlanContext context)
    {
        (Target a, Target b) = (new Target(), new Target());
        foreach (IReadOnlyList<PlannedCall> step in context.Find.ResolveBoth(match.Groups["a"].Value, a, match.Groups["b"].Value, b))
        {
            yield return step;
        }

        Target both = new();
        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in context.Find.MeasureBoth(a, b, both, measured))
        {
            yield return step;
        }

        if (both.Count == 0)
        {
            yield break;
        }

        string by = Wanted.Read($"the {OrderOf(match.Groups["word"].Value)} one").Order ?? "top_to_bottom";
        context.PointAt(a);
        context.Say(measured.Count < 2 ? both.Excuse ?? "There is nothing to compare." : $"{(MeasuredRegion.By(by)(measured[0]) < MeasuredRegion.By(by)(measured[1]) ? "Yes" : "No")}: {string.Join(", ", measured.Select(region => $"{region.Region} {MeasuredRegion.Figure(region, by)}"))}.");
    }

    private static string OrderOf(string word)
    {
        string order = Wanted.Superlative(Regex.Replace(word.ToLowerInvariant(), @"\s+", " "));
        return Regex.Match(order, @"^closer to the (left|right|top|bottom)") is { Success: true } edge ? edge.Groups[1].Value switch { "left" => "leftmost", "right" => "rightmost", "top" => "highest", _ => "lowest" } : order;
    }

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        string order = OrderOf(match.Groups["word"].Value);
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

        Target all = Target.Holding(things);
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

        string by = Wanted.Read($"the {order} one").Order ?? "largest";
        MeasuredRegion first = measured.OrderBy(MeasuredRegion.By(by)).First();
        context.Say($"{Sentences.Capital(first.Region.ToString())} is the {order}: {string.Join(", ", measured.Select(region => $"{region.Region} {MeasuredRegion.Figure(region, by)}"))}.");
    }
}
