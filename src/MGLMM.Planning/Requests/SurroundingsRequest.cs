using System.Text.Json;
using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>What lies where of a thing, by the masks of all objects: "what is under the table", "is there anything left of the tent".</summary>
internal static class SurroundingsRequest
{
    private const int NearestFew = 2;

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        Target anchor = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["b"].Value, anchor))
        {
            yield return step;
        }

        if (anchor.Regions.Count == 0)
        {
            yield break;
        }

        Target objects = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Everything(objects))
        {
            yield return step;
        }

        KnownRegion middle = anchor.Regions[0];
        KnownRegion[] others = [.. objects.Regions.Where(region => region.Handle != middle.Handle)];
        if (others.Length == 0)
        {
            context.Say(objects.Excuse ?? $"The model names nothing but {middle}.");
            yield break;
        }

        PlannedCall[] compared = [.. others.Select(region => PlannedCall.Compare(region.Handle, middle.Handle))];
        yield return compared;
        (KnownRegion Region, JsonElement Pair)[] pairs =
            [.. others.Zip(compared).Where(one => !one.Second.Failed).Select(one => (one.First, one.Second.Result.GetProperty("pairs")[0])).Where(one => !PairRelation.IsSame(one.Item2))];
        if (pairs.Length == 0)
        {
            context.Say(compared.FirstOrDefault(call => call.Failed)?.Excuse ?? $"The model names nothing but {middle}.");
            yield break;
        }

        // "Who" asks for people only.
        if (match.Value.StartsWith("who", StringComparison.OrdinalIgnoreCase))
        {
            pairs = [.. pairs.Where(one => Nouns.Fits("people", one.Region.Phrase))];
            if (pairs.Length == 0)
            {
                context.Say("The model names no people in the picture.");
                yield break;
            }
        }

        string word = Regex.Replace(match.Groups["word"].Value.ToLowerInvariant(), @"\s+", " ");
        if (PairRelation.IsDepth(word))
        {
            Target all = new();
            all.Take([middle, .. pairs.Select(one => one.Region)]);
            List<MeasuredRegion> measured = [];
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Measure(all, measured))
            {
                yield return step;
            }

            bool front = !word.StartsWith("behind", StringComparison.Ordinal);
            KnownRegion[] lower = [.. pairs.Where(one => PairRelation.IsInFront(measured, one.Region, middle) == front).Select(one => one.Region)];
            context.PointAt(anchor);
            context.Say($"Judged by lower edges, of what overlaps {middle} in width: {(lower.Length == 0 ? $"nothing is {word} it" : $"{Sentences.All(lower)} {(lower.Length == 1 ? "is" : "are")} {word} it")}.");
            yield break;
        }

        (KnownRegion Region, JsonElement Pair)[] nearest = [.. pairs.OrderBy(one => PairRelation.Gap(one.Pair)).Take(NearestFew)];
        KnownRegion[] there = [.. pairs.Where(one => PairRelation.Holds(word, one.Pair) == true).Select(one => one.Region)];

        // Of several above a thing, those that are not off to a side.
        KnownRegion[] straight = [.. pairs.Where(one => there.Contains(one.Region) && !PairRelation.Of(one.Pair).Any(relation => relation is "left_of" or "right_of")).Select(one => one.Region)];
        there = straight.Length > 0 && !word.Contains("left", StringComparison.Ordinal) && !word.Contains("right", StringComparison.Ordinal) ? straight : there;
        if (PairRelation.Holds(word, pairs[0].Pair) is null)
        {
            there = [.. nearest.Select(one => one.Region)];
            context.Say($"Nearest to {middle}: {string.Join(", then ", nearest.Select(Away))}.");
        }
        else if (there.Length == 0)
        {
            context.Say($"Nothing that the model names is {word} {middle}. Nearest to it is {Away(nearest[0])}.");
        }
        else
        {
            context.Say($"{Sentences.Capital(word)} {middle}: {Sentences.Listed(there)}.");
        }

        if (there.Length > 0)
        {
            foreach (IReadOnlyList<PlannedCall> step in context.Draw(string.Join(", ", there.Select(region => region.Handle)), "overlay", "Marked"))
            {
                yield return step;
            }
        }
    }

    private static string Away((KnownRegion Region, JsonElement Pair) one) => PairRelation.Gap(one.Pair) is var gap and > 0
        ? $"{one.Region}, {Sentences.Pixels(gap)} away"
        : $"{one.Region}, which touches it";
}
