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

        // "Who" asks for people; where there are none, for animals.
        if (match.Value.StartsWith("who", StringComparison.OrdinalIgnoreCase))
        {
            (KnownRegion Region, JsonElement Pair)[] people = [.. pairs.Where(one => Nouns.IsCalled("people", one.Region.Phrase))];
            pairs = people.Length > 0 ? people : [.. pairs.Where(one => Nouns.IsCalled("animals", one.Region.Phrase))];
            if (pairs.Length == 0)
            {
                context.Say("The model names no people in the picture, and no animals.");
                yield break;
            }
        }

        string word = Regex.Replace(match.Groups["word"].Value.ToLowerInvariant(), @"\s+", " ");
        if (PairRelation.IsDepth(word))
        {
            Target all = Target.Holding([middle, .. pairs.Select(one => one.Region)]);
            List<MeasuredRegion> measured = [];
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Measure(all, measured))
            {
                yield return step;
            }

            bool front = !word.StartsWith("behind", StringComparison.Ordinal);
            KnownRegion[] lower = [.. pairs.Where(one => PairRelation.IsInFront(measured, one.Region, middle) == front && (front || PairRelation.Meet(measured, one.Region, middle))).Select(one => one.Region)];
            // What lies behind everything is no object, but there.
            Target seen = new();
            foreach (IReadOnlyList<PlannedCall> step in lower.Length == 0 && !front ? context.Find.Seen(seen) : [])
            {
                yield return step;
            }

            KnownRegion[] backgrounds = [.. seen.Regions.Where(region => Nouns.IsBackground(region.Phrase))];
            PlannedCall[] meeting = [.. backgrounds.Select(region => PlannedCall.Compare(region.Handle, middle.Handle))];
            if (meeting.Length > 0)
            {
                yield return meeting;
            }

            KnownRegion[] met = [.. backgrounds.Where((_, index) => !meeting[index].Failed && PairRelation.Holds("touching", PairRelation.First(meeting[index])) == true)];
            if (lower.Length + met.Length > 0)
            {
                context.PointAt(anchor);
            }
            else
            {
                context.Lose();
            }

            context.Say($"Judged by lower edges, of what {(front ? "overlaps" : "meets")} {middle}{(front ? " in width" : string.Empty)}: {(lower.Length == 0 ? $"nothing is {word} it" : $"{Sentences.All(lower)} {(lower.Length == 1 ? "is" : "are")} {word} it")}.{(met.Length > 0 ? $" Of the background it meets {Sentences.All(met)}." : string.Empty)}");
            yield break;
        }

        (KnownRegion Region, JsonElement Pair)[] nearest = [.. pairs.OrderBy(one => PairRelation.Gap(one.Pair)).Take(NearestFew)];
        List<MeasuredRegion> heights = [];
        Target both = Target.Holding([middle, .. pairs.Select(one => one.Region)]);
        foreach (IReadOnlyList<PlannedCall> step in Nouns.IsUpright(middle.Phrase) || (PairRelation.IsStanding(word) && Nouns.IsBackground(middle.Phrase)) ? context.Find.Measure(both, heights) : [])
        {
            yield return step;
        }

        KnownRegion[] there = [.. pairs.Where(one => PairRelation.Holds(word, one.Pair, Nouns.IsBackground(middle.Phrase)) == true && !PairRelation.ReachesBelow(heights, one.Region, middle)).Select(one => one.Region)];

        bool isOnBackground = Nouns.IsBackground(middle.Phrase);

        // Of several above a thing, those that are not off to a side.
        KnownRegion[] straight = [.. pairs.Where(one => there.Contains(one.Region) && !PairRelation.IsAside(one.Pair)).Select(one => one.Region)];
        there = straight.Length > 0 && !isOnBackground && !word.Contains("left", StringComparison.Ordinal) && !word.Contains("right", StringComparison.Ordinal) ? straight : there;
        if (PairRelation.Holds(word, pairs[0].Pair) is null)
        {
            there = [.. nearest.Select(one => one.Region)];
            context.Say($"{Sentences.Capital(Away(nearest[0]))}, is the nearest to {middle}{string.Concat(nearest.Skip(1).Select(one => $"; then {Away(one)}"))}.");
        }
        else if (there.Length == 0)
        {
            // The ground and the sky are no objects, but there.
            Target seen = new();
            Target joined = new();
            List<MeasuredRegion> heightsOfAll = [];
            bool isVertical = PairRelation.IsVertical(word);
            foreach (IReadOnlyList<PlannedCall> step in isVertical ? context.Find.Seen(seen) : [])
            {
                yield return step;
            }

            joined.Take([middle, .. seen.Regions.Where(region => Nouns.IsBackground(region.Phrase))]);
            foreach (IReadOnlyList<PlannedCall> step in joined.Count > 1 ? context.Find.Measure(joined, heightsOfAll) : [])
            {
                yield return step;
            }

            bool asksBelow = word is not ("above" or "over");
            KnownRegion[] ground = [.. heightsOfAll.Skip(1).Where(region => region.Left < heightsOfAll[0].Right && region.Right > heightsOfAll[0].Left && (asksBelow ? region.Y > heightsOfAll[0].Bottom : region.Y < heightsOfAll[0].Top)).Select(region => region.Region)];
            Target pointed = Target.Holding(ground);
            context.PointAtOnly(pointed);
            context.Say(ground.Length > 0 ? $"No object that the model names is {word} {middle}; of the background, within its width: {Sentences.All(ground)}. The nearest object is {Away(nearest[0])}."
                : $"Nothing that the model names is {word} {middle}. Nearest to it is {Away(nearest[0])}.");
        }
        else
        {
            // What was looked for is named first: "it" means that next.
            context.Say($"{Sentences.Capital(Sentences.Listed(there))} {Is(word, there.Length)} {middle}.");
        }

        if (there.Length > 0)
        {
            Target pointed = Target.Holding(there);
            context.PointAt(pointed);
            foreach (IReadOnlyList<PlannedCall> step in context.Draw(string.Join(", ", there.Select(region => region.Handle)), "overlay", "Marked"))
            {
                yield return step;
            }
        }
    }

    /// <summary>The verb of a relation: "is left of", "are on", "overlaps".</summary>
    private static string Is(string word, int count) => Regex.Match(word, "^(?<verb>touch|overlap)") is { Success: true } verb
        ? verb.Groups["verb"].Value + (count > 1 ? string.Empty : verb.Value == "touch" ? "es" : "s") : $"{(count > 1 ? "are" : "is")} {word}";

    private static string Away((KnownRegion Region, JsonElement Pair) one) => PairRelation.Gap(one.Pair) is var gap and > 0
        ? $"{one.Region}, {Sentences.Pixels(gap)} away"
        : $"{one.Region}, which touches it";
}
