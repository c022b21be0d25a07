using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>What lies between two things: on opposite sides of it is one and the other. "What is between the tent and the horse".</summary>
internal static class BetweenRequest
{
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
        Target between = new();
        foreach (IReadOnlyList<PlannedCall> step in TargetFinder.Between(objects.Regions, first, second, between))
        {
            yield return step;
        }

        context.PointAtOnly(between);
        context.Say(between.Count == 0
            ? $"Nothing that the model names is between {first} and {second}."
            : $"Between {first} and {second}: {Sentences.All(between.Regions)}.");
    }
}
