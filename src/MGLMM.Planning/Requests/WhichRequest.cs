using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Requests;

/// <summary>One of several by place or size: "which tree is the largest".</summary>
internal static class WhichRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> OfKind(Match match, PlanContext context) =>
        Steps($"the {match.Groups["which"].Value} {match.Groups["noun"].Value}{match.Groups["rest"].Value}", context);

    /// <summary>"Which rabbit is nearer to the house", "which of them is taller": the comparative of several is their superlative.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Compared(Match match, PlanContext context)
    {
        string noun = match.Groups["noun"].Length == 0 && match.Value.StartsWith("who", StringComparison.OrdinalIgnoreCase) ? "person" : Regex.IsMatch(match.Groups["noun"].Value, @"^(?:one|thing|them|these|those|things)?$", RegexOptions.IgnoreCase) ? string.Empty : EnglishPhrases.Singular(match.Groups["noun"].Value);
        string which = Wanted.Superlative(Regex.Replace(match.Groups["word"].Value.ToLowerInvariant(), @"\s+", " "));
        string rest = match.Groups["rest"].Value;

        // "Nearest the house" is nearest to it.
        rest = which is "nearest" or "farthest" && Regex.IsMatch(rest, @"^\s+(?:the|an?|m\d)", RegexOptions.IgnoreCase) ? " to" + rest : rest;
        return Steps($"the {which} {(noun.Length == 0 ? "one" : noun)}{rest}", context);
    }

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
