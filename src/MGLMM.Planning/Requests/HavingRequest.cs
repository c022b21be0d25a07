using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Requests;

/// <summary>Which of a kind has a part or wears something: "which house has a chimney", "who is wearing a green cap".</summary>
internal static class HavingRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Whether(Match match, PlanContext context) => Of(match, context, asksWhether: true);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context) => Of(match, context, asksWhether: false);

    private static IEnumerable<IReadOnlyList<PlannedCall>> Of(Match match, PlanContext context, bool asksWhether)
    {
        string kind = EnglishPhrases.Plural(Wanted.Read(match.Groups["kind"].Value is { Length: > 0 } named ? named : "people").Label);
        string part = match.Groups["part"].Value;
        bool without = match.Groups["no"].Success;
        if (!TargetFinder.IsPartOrClothing(part.Split(" and ")[0]))
        {
            return UnplannedRequest.Steps(match.Value, context);
        }

        return Found(Wanted.Read($"all {(kind.Length == 0 ? "things" : kind)} {(without ? "without" : "with")} {part}"), part, without, context, asksWhether);
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> Found(Wanted wanted, string part, bool without, PlanContext context, bool asksWhether)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Candidates(wanted, found))
        {
            yield return step;
        }

        string label = Wanted.Read(part).Expression;
        context.Say(found.Count == 0 ? (asksWhether && (found.HasOthers || found.IsAbsent) ? "No. " : string.Empty) + (found.Excuse ?? $"The model sees no {wanted.Label} in the picture.")
            : $"{(asksWhether ? "Yes: " : string.Empty)}{(asksWhether ? Sentences.Listed(found) : Sentences.Capital(Sentences.Listed(found)))}: the model names {(without ? "no " : string.Empty)}{label} among the parts.");
    }
}
