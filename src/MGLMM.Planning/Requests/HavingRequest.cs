using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Which of a kind has a part or wears something: "which house has a chimney", "who is wearing a green cap".</summary>
internal static class HavingRequest
{
    /// <summary>Whether any of a kind has it.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Whether(Match match, PlanContext context) =>
        TargetFinder.IsPartOrClothing(match.Groups["part"].Value) ? Steps(match, context) : QuestionRequest.Ask(match, context);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        string kind = match.Groups["kind"].Value is { Length: > 0 } named ? named : "people";
        string part = match.Groups["part"].Value;
        if (!TargetFinder.IsPartOrClothing(part))
        {
            foreach (IReadOnlyList<PlannedCall> step in QuestionRequest.Ask(match, context))
            {
                yield return step;
            }

            yield break;
        }

        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Having(Wanted.Read(kind).Label, part, found))
        {
            yield return step;
        }

        context.Say(found.Count == 0 ? found.Excuse ?? string.Empty : $"{Sentences.Capital(Sentences.Listed(found))}: the model names {Wanted.Read(part).Expression} among the parts.");
    }
}
