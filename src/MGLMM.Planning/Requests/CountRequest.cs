using System.Text.RegularExpressions;
using MGLMM.Language;

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

    /// <summary>How many of a part a thing has: "how many wheels does the car have".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Parts(Match match, PlanContext context)
    {
        Target whole = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, whole))
        {
            yield return step;
        }

        foreach (KnownRegion region in whole.Regions.Take(1))
        {
            Target parts = new();
            string name = Wanted.Read(match.Groups["part"].Value).Label;
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Parts(region, name, parts))
            {
                yield return step;
            }

            context.Say(parts.Count == 0 ? parts.Excuse ?? string.Empty
                : Nouns.NamesSeveral(parts.Regions) ? $"Among the parts of {region} the model names {Sentences.Listed(parts)}, several as one region, so I cannot count them."
                : $"Among the parts of {region} the model names {parts.Count}: {Sentences.Listed(parts)}.");
        }
    }

    /// <summary>Of which of two kinds there are more: "are there more boys than dogs".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Compare(Match match, PlanContext context)
    {
        (CountPhrase Phrase, Target Found)[] kinds = [(CountPhrase.Read(match.Groups["a"].Value), new Target()), (CountPhrase.Read(match.Groups["b"].Value), new Target())];
        foreach ((CountPhrase phrase, Target found) in kinds)
        {
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Candidates(Wanted.Read(phrase.Noun), found))
            {
                yield return step;
            }

            if (found is { Count: 0, IsAbsent: false } or { IsDoubtful: true })
            {
                context.Say(found.Excuse ?? $"The model names no {Wanted.Read(phrase.Noun).Label} among the objects of the picture, so I cannot compare how many there are.");
                yield break;
            }
        }

        (int a, int b) = (kinds[0].Found.Count, kinds[1].Found.Count);
        string figures = string.Join(" and ", kinds.Select(kind =>
        {
            string label = Wanted.Read(kind.Phrase.Noun).Label;
            (string one, string many) = Names(label, kind.Found);
            return kind.Found.Count switch { 0 => $"no {label}", 1 => $"one {one} ({kind.Found.Regions[0]})", var count => $"{count} {many} ({Sentences.Listed(kind.Found)})" };
        }));
        bool holds = match.Groups["word"].Value.ToLowerInvariant() switch { "more" => a > b, "fewer" or "less" => a < b, _ => a == b };
        context.Say($"{(holds ? "Yes" : "No")}: the model sees {figures}.");
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
            context.Say($"{Sentences.Doubt(wanted.Label, found)} I do not count that.");
            yield break;
        }

        (string one, string many) = Names(wanted.Label, found);
        string leftOpen = found.Count > 0 && phrase.Rest.Length > 0 ? $" I counted all in the picture; I did not check \"{phrase.Rest}\"." : string.Empty;
        context.Say((found.Count switch
        {
            0 => found.Excuse ?? $"The model sees no {wanted.Label} in the picture.",
            _ when Nouns.NamesSeveral(found.Regions) => $"The model names {Sentences.Listed(found)}, several as one region, so I cannot count them.",
            1 => $"The model sees one {one}: {found.Regions[0]}.",
            var count when count > found.Regions.Count => $"The model sees {count} {many} [{found.Handles}].",
            var count => $"The model sees {count} {many}: {Sentences.Listed(found.Regions)}.",
        }) + leftOpen);
    }

    /// <summary>What may be said of those that were found: children, where boys were asked for and the model names children.</summary>
    private static (string One, string Many) Names(string label, Target found) =>
        Nouns.Wider(label) is { } wider && found.Regions.Any(region => region.Phrase.Length > 0 && !Nouns.Says(label, region.Phrase))
            ? ($"{wider} (the model does not say whether {wider} or {label})", $"{EnglishPhrases.Plural(wider)} (the model does not say which are {EnglishPhrases.Plural(label)})")
            : (label, EnglishPhrases.Plural(label));
}
