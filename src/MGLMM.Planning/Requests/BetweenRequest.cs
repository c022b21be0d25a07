using System.Text.Json;
using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>What lies between two things: on opposite sides of it is one and the other. "What is between the tent and the horse".</summary>
internal static class BetweenRequest
{
    private static readonly (string One, string Other)[] Opposites = [("left_of", "right_of"), ("right_of", "left_of"), ("above", "below"), ("below", "above")];

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

        Target objects = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Everything(objects))
        {
            yield return step;
        }

        if (objects.Count == 0)
        {
            context.Say(objects.Excuse ?? "The model names no objects in the picture.");
            yield break;
        }

        (KnownRegion first, KnownRegion second) = (a.Regions[0], b.Regions[0]);
        KnownRegion[] others = [.. objects.Regions.Where(region => region.Handle != first.Handle && region.Handle != second.Handle)];
        PlannedCall[] calls = [.. others.SelectMany(region => (PlannedCall[])[PlannedCall.Compare(region.Handle, first.Handle), PlannedCall.Compare(region.Handle, second.Handle)])];
        yield return calls;
        KnownRegion[] between = [.. others.Where((_, index) => IsBetween(calls[2 * index], calls[(2 * index) + 1]))];
        context.Say(between.Length == 0
            ? $"Nothing that the model names is between {first} and {second}."
            : $"Between {first} and {second}: {Sentences.All(between)}.");
    }

    private static bool IsBetween(PlannedCall one, PlannedCall other)
    {
        if (one.Failed || other.Failed)
        {
            return false;
        }

        (JsonElement first, JsonElement second) = (one.Result.GetProperty("pairs")[0], other.Result.GetProperty("pairs")[0]);
        return !PairRelation.IsSame(first) && !PairRelation.IsSame(second)
            && Opposites.Any(sides => PairRelation.Of(first).Contains(sides.One) && PairRelation.Of(second).Contains(sides.Other));
    }
}
