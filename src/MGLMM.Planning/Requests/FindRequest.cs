using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Where something is: "find the dog", "is there a cat".</summary>
internal static class FindRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, found))
        {
            yield return step;
        }

        if (found.Regions.Count > 0)
        {
            context.Say($"I found {Sentences.Listed(found)}.");
            foreach (IReadOnlyList<PlannedCall> step in context.Draw(found.Handles, "overlay", "Marked"))
            {
                yield return step;
            }
        }
    }
}
