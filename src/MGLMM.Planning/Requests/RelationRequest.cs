using System.Text.Json;
using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>How two things lie to each other: "is the house left of the tree", "how far is the boat from the dog".</summary>
internal static partial class RelationRequest
{
    private const int MostPairs = 8;

    [GeneratedRegex(@"\b(?:left|right)\b(?=.*\b(?:of|or)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex SideAsked();

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        (Target a, Target b) = (new Target(), new Target());
        foreach (IReadOnlyList<PlannedCall> step in match.Groups["pair"].Success ? context.Find.ResolvePair(match.Groups["pair"].Value, a, b) : context.Find.ResolveBoth(match.Groups["a"].Value, a, match.Groups["b"].Value, b))
        {
            yield return step;
        }

        if (a.Regions.Count == 0 || b.Regions.Count == 0)
        {
            yield break;
        }

        if (a.Regions[0].Handle == b.Regions[0].Handle)
        {
            context.Say($"Both are {a.Regions[0]}; there is nothing to compare.");
            yield break;
        }

        // Each of several to each.
        if (a.Count * b.Count > 1 && a.Count == a.Regions.Count && b.Count == b.Regions.Count)
        {
            (KnownRegion One, KnownRegion Other)[] pairs = [.. a.Regions.SelectMany(one => b.Regions.Where(other => other.Handle != one.Handle).Select(other => (one, other))).Take(MostPairs)];
            PlannedCall[] each = [.. pairs.Select(pair => PlannedCall.Compare(pair.One.Handle, pair.Other.Handle))];
            yield return each;
            foreach (((KnownRegion one, KnownRegion other), PlannedCall call) in pairs.Zip(each))
            {
                context.Say(call.Failed ? call.Excuse : Verdict(match.Groups["word"].Value, call.Result, other) + Relation(one, other, call.Result));
            }

            yield break;
        }

        PlannedCall compared = PlannedCall.Compare(a.Regions[0].Handle, b.Regions[0].Handle);
        yield return [compared];
        if (PairRelation.IsDepth(match.Groups["word"].Value) && !compared.Failed)
        {
            List<MeasuredRegion> measured = [];
            foreach (IReadOnlyList<PlannedCall> step in context.Find.MeasureBoth(a, b, new Target(), measured))
            {
                yield return step;
            }

            bool? front = PairRelation.IsInFront(measured, a.Regions[0], b.Regions[0]);
            bool asksFront = !match.Groups["word"].Value.StartsWith("behind", StringComparison.OrdinalIgnoreCase);
            context.Say((front is not { } isFront ? "Masks do not tell what is in front, for the two do not overlap in width. "
                : $"{(isFront == asksFront ? "Yes" : "No")}, judged by their lower edges: {a.Regions[0]} reaches down to y {Sentences.Pixels(measured[0].Bottom)}, {b.Regions[0]} to y {Sentences.Pixels(measured[1].Bottom)}. ") + Relation(a.Regions[0], b.Regions[0], compared.Result));
            yield break;
        }

        // What stands before the water is not in it; what reaches into the mountains may yet be above them.
        string word = match.Groups["word"].Value.ToLowerInvariant();
        bool isStanding = PairRelation.IsStanding(word) && Nouns.IsBackground(b.Regions[0].Phrase);
        bool hasNoSide = PairRelation.IsVertical(word) && !compared.Failed && !PairRelation.Of(PairRelation.First(compared)).Any(relation => relation is "above" or "below" or "left_of" or "right_of");
        if (!compared.Failed && (isStanding || hasNoSide))
        {
            List<MeasuredRegion> measured = [];
            foreach (IReadOnlyList<PlannedCall> step in context.Find.MeasureBoth(a, b, new Target(), measured))
            {
                yield return step;
            }

            if (hasNoSide && measured.Count == 2)
            {
                context.Say($"{(measured[0].Y < measured[1].Y == (word is "above" or "over") ? "Yes" : "No")}, by their middles: {string.Join(", ", measured.Select(region => $"{region.Region} {MeasuredRegion.Figure(region, "top_to_bottom")}"))}.");
                yield break;
            }

            if (isStanding && PairRelation.ReachesBelow(measured, a.Regions[0], b.Regions[0]))
            {
                context.Say($"No: {a.Regions[0]} reaches down to y {Sentences.Pixels(measured[0].Bottom)}, {b.Regions[0]} to y {Sentences.Pixels(measured[1].Bottom)} only.");
                yield break;
            }
        }

        // Beside the middle of a larger thing, though not beside the thing.
        if (!compared.Failed && SideAsked().IsMatch(match.Value) && !PairRelation.IsAside(PairRelation.First(compared)))
        {
            List<MeasuredRegion> measured = [];
            foreach (IReadOnlyList<PlannedCall> step in context.Find.MeasureBoth(a, b, new Target(), measured))
            {
                yield return step;
            }

            context.Say($"{Verdict(match.Groups["word"].Value, compared.Result, b.Regions[0])}{Relation(a.Regions[0], b.Regions[0], compared.Result)}" + (measured.Count < 2 || measured[0].X == measured[1].X ? string.Empty
                : $" Its middle is {(measured[0].X < measured[1].X ? "left" : "right")} of the middle of {b.Regions[0]}: at x {Sentences.Pixels(measured[0].X)} against {Sentences.Pixels(measured[1].X)}."));
            yield break;
        }

        context.Say(compared.Failed ? compared.Excuse : Verdict(match.Groups["word"].Value, compared.Result, b.Regions[0]) + Relation(a.Regions[0], b.Regions[0], compared.Result));
    }

    /// <summary>Which of two relations holds: "is the ball on the table or on the floor".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Either(Match match, PlanContext context)
    {
        Target a = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["a"].Value, a))
        {
            yield return step;
        }

        string word = match.Groups["word"].Value;
        foreach ((string relation, string what) in a.Count == 0 ? [] : ((string, string)[])[(word, match.Groups["b"].Value), (match.Groups["word2"].Success ? match.Groups["word2"].Value : word, match.Groups["c"].Value)])
        {
            Target other = new();
            // "In front of the tent or next to it".
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(TargetFinder.WithNoun(Wanted.Read(what).IsSingular ? match.Groups["b"].Value : what, match.Groups["a"].Value), other))
            {
                yield return step;
            }

            if (other.Count == 0)
            {
                continue;
            }

            PlannedCall compared = PlannedCall.Compare(a.Regions[0].Handle, other.Regions[0].Handle);
            yield return [compared];
            bool? holds = compared.Failed ? null
                : PairRelation.IsNear(relation) ? PairRelation.Gap(PairRelation.First(compared)) <= TargetFinder.Near * (context.Size?.Width ?? TargetFinder.UsualWidth)
                : PairRelation.Holds(relation, PairRelation.First(compared), Nouns.IsBackground(other.Regions[0].Phrase));
            context.Say(compared.Failed ? compared.Excuse
                : $"{holds switch { true => "Yes", false => "Not", null => "I cannot tell whether it is" }} {relation} {other.Regions[0]}: {a.Regions[0]} {PairRelation.InWords(PairRelation.First(compared))} it{(PairRelation.Gap(PairRelation.First(compared)) is var gap and > 0 ? $", {Sentences.Pixels(gap)} away" : string.Empty)}.");
        }

        context.PointAt(a);
    }

    private static string Verdict(string word, JsonElement comparison, KnownRegion of) => PairRelation.Holds(word, comparison.GetProperty("pairs")[0], Nouns.IsBackground(of.Phrase)) switch { true => "Yes. ", false => "No. ", null => string.Empty };

    private static string Relation(KnownRegion a, KnownRegion b, JsonElement comparison)
    {
        JsonElement pair = comparison.GetProperty("pairs")[0];
        double gap = pair.GetProperty("gap_px").GetDouble();
        string between = gap > 0 ? $"; {Sentences.Pixels(gap)} lie between them" : string.Empty;
        return $"{Sentences.Capital(a.ToString())} {PairRelation.InWords(pair)} {b}{between}.";
    }
}
