using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>What two things share: "show the overlap of the boat and the water".</summary>
internal static class OverlapRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        (Target a, Target b) = (new Target(), new Target());
        foreach (IReadOnlyList<PlannedCall> step in context.Find.ResolveBoth(match.Groups["a"].Value, a, match.Groups["b"].Value, b))
        {
            yield return step;
        }

        if (a.Count == 0 || b.Count == 0)
        {
            yield break;
        }

        PlannedCall common = PlannedCall.Combine("intersect", a.Handles, b.Handles);
        yield return [common];
        if (common is { Failed: false, Empty: true })
        {
            context.Say($"{Sentences.Capital(Sentences.Listed(a))} and {Sentences.Listed(b)} share no pixel.");
            context.Lose();
            yield break;
        }

        foreach (IReadOnlyList<PlannedCall> step in context.Made(common, "What they share is", "overlay"))
        {
            yield return step;
        }
    }
}
