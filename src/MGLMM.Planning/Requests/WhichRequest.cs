using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>One of several by place or size: "which tree is the largest".</summary>
internal static class WhichRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> OfKind(Match match, PlanContext context) =>
        Steps($"the {match.Groups["which"].Value} {match.Groups["noun"].Value}{match.Groups["rest"].Value}", context);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Named(Match match, PlanContext context) => Steps(match.Groups["what"].Value, context);

    private static IEnumerable<IReadOnlyList<PlannedCall>> Steps(string words, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(words, found))
        {
            yield return step;
        }

        if (found.Regions.Count > 0)
        {
            context.Say($"{Sentences.Capital(Wanted.Read(words).Expression)}: {Sentences.Listed(found)}.");
        }
    }
}
