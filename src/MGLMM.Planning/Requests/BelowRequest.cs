using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>What a thing is over or under, the background too: "what is the airplane flying over". By boxes: within its width, and with the middle on that side.</summary>
internal static class BelowRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        Target anchor = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, anchor))
        {
            yield return step;
        }

        if (anchor.Regions.Count == 0)
        {
            yield break;
        }

        Target seen = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Seen(seen))
        {
            yield return step;
        }

        List<MeasuredRegion> measured = [];
        Target both = Target.Holding([anchor.Regions[0], .. seen.Regions]);
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Measure(both, measured))
        {
            yield return step;
        }

        if (measured.FirstOrDefault(region => region.Region.Handle == anchor.Regions[0].Handle) is not { } thing || seen.Count == 0)
        {
            context.Say(seen.Excuse ?? both.Excuse ?? "The model names nothing else in the picture.");
            yield break;
        }

        bool below = Regex.IsMatch(match.Groups["word"].Value, "above|over", RegexOptions.IgnoreCase);
        KnownRegion[] there =
        [
            .. measured.Where(region => region != thing && !IsSame(region, thing) && region.Left < thing.Right && region.Right > thing.Left && (below ? region.Y > thing.Y : region.Y < thing.Y))
                .OrderBy(region => Math.Abs(region.Y - thing.Y)).Select(region => region.Region),
        ];
        context.Say(there.Length == 0
            ? $"The model names nothing {(below ? "below" : "above")} {thing.Region}."
            : $"{(below ? "Below" : "Above")} {thing.Region}, within its width, from near to far: {Sentences.All(there)}.");
    }

    /// <summary>What a thing stands on or in: what of all that is named it touches or overlaps, but for what nothing stands on.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> On(Match match, PlanContext context)
    {
        (Target thing, Target seen) = (new Target(), new Target());
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, thing))
        {
            yield return step;
        }

        foreach (IReadOnlyList<PlannedCall> step in thing.Count == 0 ? [] : context.Find.Seen(seen))
        {
            yield return step;
        }

        if (thing.Count == 0)
        {
            yield break;
        }

        KnownRegion[] others = [.. seen.Regions.Where(region => Nouns.IsBackground(region.Phrase) && !Nouns.IsUpright(region.Phrase))];
        PlannedCall[] compared = [.. others.Select(region => PlannedCall.Compare(thing.Regions[0].Handle, region.Handle))];
        if (compared.Length > 0)
        {
            yield return compared;
        }

        List<MeasuredRegion> measured = [];
        Target both = Target.Holding([thing.Regions[0], .. others]);
        foreach (IReadOnlyList<PlannedCall> step in others.Length == 0 ? [] : context.Find.Measure(both, measured))
        {
            yield return step;
        }

        KnownRegion[] there = [.. others.Where((region, index) => !PairRelation.ReachesBelow(measured, thing.Regions[0], region) && !compared[index].Failed && PairRelation.Holds("on", PairRelation.First(compared[index]), onBackground: true) == true)];
        context.PointAt(thing);
        context.Say(there.Length == 0 ? $"The model names no ground that {thing.Regions[0]} touches." : $"Of the ground that the model names, {thing.Regions[0]} touches {Sentences.All(there)}.");
    }

    private static bool IsSame(MeasuredRegion one, MeasuredRegion other)
    {
        double width = Math.Min(one.Right, other.Right) - Math.Max(one.Left, other.Left);
        double height = Math.Min(one.Bottom, other.Bottom) - Math.Max(one.Top, other.Top);
        double both = Math.Max(0, width) * Math.Max(0, height);
        return both > 0.75 * ((one.Width * one.Height) + (other.Width * other.Height) - both);
    }
}
