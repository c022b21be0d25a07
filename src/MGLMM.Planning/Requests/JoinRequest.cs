using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Two things as one region: "combine the house and the tree".</summary>
internal static class JoinRequest
{
    /// <summary>All of a kind as one region.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> All(Match match, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["all"].Value, found))
        {
            yield return step;
        }

        if (found.Count > 0)
        {
            PlannedCall joined = PlannedCall.Combine("union", found.Handles);
            yield return [joined];
            foreach (IReadOnlyList<PlannedCall> step in context.Made(joined, "Together they are", "cutout"))
            {
                yield return step;
            }
        }
    }

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        (Target a, Target b) = (new Target(), new Target());
        foreach (IReadOnlyList<PlannedCall> step in context.Find.ResolveBoth(match.Groups["a"].Value, a, match.Groups["b"].Value, b))
        {
            yield return step;
        }

        if (a.Regions.Count > 0 && b.Regions.Count > 0)
        {
            PlannedCall joined = PlannedCall.Combine("union", $"{a.Handles}, {b.Handles}");
            yield return [joined];
            foreach (IReadOnlyList<PlannedCall> step in context.Made(joined, "Together they are", "cutout"))
            {
                yield return step;
            }
        }
    }
}
