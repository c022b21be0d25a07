using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>How many there are of a kind: "how many people are standing on the grass".</summary>
internal static class CountRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        string[] kinds = Regex.Split(match.Groups["what"].Value, @"\s*,\s*(?:and\s+)?|\s+and\s+");
        foreach ((int index, string kind) in kinds.Index())
        {
            // A verb that has an "and" of its own, as in "run and jump", is no kind to count.
            CountPhrase phrase = CountPhrase.Read(kind);
            if (index > 0 && !phrase.IsPlural)
            {
                context.Say($"I did not check \"{kind}\".");
                continue;
            }

            foreach (IReadOnlyList<PlannedCall> step in Count(phrase, context))
            {
                yield return step;
            }
        }
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> Count(CountPhrase phrase, PlanContext context)
    {
        Wanted wanted = Wanted.Read(phrase.Noun);
        bool every = TargetFinder.IsObjects(wanted.Label);
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Candidates(every ? wanted with { Label = string.Empty } : wanted, found))
        {
            yield return step;
        }

        context.LastLabel = wanted.Label;
        if (found is { IsDoubtful: true, Count: > 0 })
        {
            context.Say(
                $"The model names no {wanted.Label} among the objects of the picture; asked for {Wanted.Plural(wanted.Label)}, it marks {Sentences.Listed(found)}, "
                + "which may be something else. I do not count that.");
            yield break;
        }

        (string one, string many) = Names(wanted.Label, found);
        string leftOpen = found.Count > 0 && phrase.Rest.Length > 0 ? $" I counted all in the picture; I did not check \"{phrase.Rest}\"." : string.Empty;
        context.Say((found.Count switch
        {
            0 => found.Excuse ?? $"There is no {wanted.Label} in the picture.",
            1 => $"There is one {one}: {found.Regions[0]}.",
            var count when count > found.Regions.Count => $"There are {count} {many} [{found.Handles}].",
            var count => $"There are {count} {many}: {Sentences.Listed(found.Regions)}.",
        }) + leftOpen);
    }

    /// <summary>What may be said of those that were found: children, where boys were asked for and the model names children.</summary>
    private static (string One, string Many) Names(string label, Target found) =>
        Nouns.Wider(label) is { } wider && found.Regions.Any(region => region.Phrase.Length > 0 && !Nouns.Says(label, region.Phrase))
            ? ($"{wider} (the model does not say whether {wider} or {label})", $"{Wanted.Plural(wider)} (the model does not say which are {Wanted.Plural(label)})")
            : (label, Wanted.Plural(label));
}
