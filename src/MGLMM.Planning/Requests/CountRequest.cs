using System.Globalization;
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
        if (!Nouns.IsPart(match.Groups["part"].Value) && match.Groups["on"].Success)
        {
            foreach (IReadOnlyList<PlannedCall> step in Count(CountPhrase.Read(Regex.Replace(match.Value, @"^how\s+many\s+", string.Empty, RegexOptions.IgnoreCase)), context))
            {
                yield return step;
            }

            yield break;
        }

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

            foreach (IReadOnlyList<PlannedCall> step in Nouns.NamesSeveral(parts.Regions) ? Pieces(parts, $"Among the parts of {region} the model", context) : [])
            {
                yield return step;
            }

            context.Say(parts.Count == 0 ? parts.Excuse ?? string.Empty
                : Nouns.NamesSeveral(parts.Regions) ? string.Empty
                : $"Among the parts of {region} the model names {parts.Count}: {Sentences.Listed(parts)}.");
        }
    }

    /// <summary>Whether there are as many as that: "are there at least two trees".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> AsMany(Match match, PlanContext context)
    {
        string[] numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
        string said = match.Groups["number"].Value.ToLowerInvariant();
        int wanted = Array.IndexOf(numbers, said) is var at and >= 0 ? at : int.TryParse(said, CultureInfo.InvariantCulture, out int number) ? number : 1;
        Wanted kind = Wanted.Read(CountPhrase.Read(match.Groups["what"].Value).Noun);
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Candidates((TargetFinder.IsObjects(kind.Label) ? kind with { Label = string.Empty } : kind) with { All = true }, found))
        {
            yield return step;
        }

        if (found is { Count: 0, IsAbsent: false } or { IsDoubtful: true })
        {
            context.Say(found.IsDoubtful ? Sentences.Doubt(kind.Label, found) : found.Excuse ?? $"The model names no {kind.Label} among the objects of the picture.");
            yield break;
        }

        bool holds = Regex.Replace(match.Groups["word"].Value.ToLowerInvariant(), @"\s+", " ") switch
        {
            "more than" => found.Count > wanted,
            "at least" => found.Count >= wanted,
            "fewer than" or "less than" => found.Count < wanted,
            "at most" => found.Count <= wanted,
            _ => found.Count == wanted,
        };
        context.Say($"{(holds ? "Yes" : "No")}: the model sees {(found.Count == 0 ? $"no {kind.Label}" : $"{found.Count}: {Sentences.Listed(found)}")}.");
    }

    /// <summary>How many kinds there are: "how many different kinds of animals".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Kinds(Match match, PlanContext context)
    {
        Wanted kind = Wanted.Read(CountPhrase.Read(match.Groups["what"].Value).Noun);
        bool every = TargetFinder.IsObjects(kind.Label);
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Candidates((every ? kind with { Label = string.Empty } : kind) with { All = true }, found))
        {
            yield return step;
        }

        if (found.Count == 0 || found.IsDoubtful)
        {
            context.Say(found.IsDoubtful ? Sentences.Doubt(kind.Label, found) : found.Excuse ?? $"The model sees no {kind.Label} in the picture.");
            yield break;
        }

        string[] names = [.. found.Regions.Select(region => Nouns.Head(region.Phrase)).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)];
        context.Say($"The model names {EnglishNouns.Counted(names.Length, "kind")}{(every ? " of things" : $" of {kind.Label}")}: {string.Join(", ", names)} ({Sentences.Listed(found)}).");
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
        if (Colours.OfAnything(phrase.Noun) is not null)
        {
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(phrase.Noun, found))
            {
                yield return step;
            }

            context.Say(found.Count == 0 ? string.Empty : $"The model names {found.Count}: {Sentences.All(found.Regions)}.");
            yield break;
        }

        foreach (IReadOnlyList<PlannedCall> step in context.Find.Candidates(every ? wanted with { Label = string.Empty } : wanted with { All = wanted.Order is null }, found))
        {
            yield return step;
        }

        context.LastLabel = wanted.Label;
        if (found is { IsDoubtful: true, Count: > 0 })
        {
            context.Say($"{Sentences.Doubt(wanted.Label, found)} I do not count that.");
            yield break;
        }

        if (found.Count > 0 && Nouns.NamesSeveral(found.Regions))
        {
            foreach (IReadOnlyList<PlannedCall> step in Pieces(found, "The model", context))
            {
                yield return step;
            }

            yield break;
        }

        bool isChecked = phrase.Rest.Length == 0;
        (KnownRegion[] all, string[] rest) = ([.. found.Regions], [phrase.Rest]);
        if (!isChecked && found.Count > 0 && found.Count == found.Regions.Count)
        {
            foreach (IReadOnlyList<PlannedCall> step in CountFilter.Keep(phrase.Rest, found, context, () => isChecked = true))
            {
                yield return step;
            }

            if (found.Count == 0)
            {
                context.Say($"None: the model sees {Sentences.All(all)}, and of none it holds that they {rest[0]}.");
                yield break;
            }

            if (isChecked && found.Count < all.Length)
            {
                context.Say($"Of {Sentences.All(all)}, by their masks:");
            }
        }

        (string one, string many) = Names(wanted.Label, found);
        string leftOpen = found.Count > 0 && !isChecked ? $" I counted all in the picture; I did not check \"{phrase.Rest}\"." : string.Empty;
        context.Say((found.Count switch
        {
            0 => found.Excuse ?? $"The model sees no {wanted.Label} in the picture.",
            1 => $"The model sees one {one}: {found.Regions[0]}.",
            var count when count > found.Regions.Count => $"The model sees {count} {many} [{found.Handles}].",
            var count => $"The model sees {count} {many}: {Sentences.Listed(found.Regions)}.",
        }) + leftOpen);
    }

    /// <summary>What is named as several in one region, "yellow windows", is told by its separate pieces.</summary>
    private static IEnumerable<IReadOnlyList<PlannedCall>> Pieces(Target found, string who, PlanContext context)
    {
        PlannedCall split = PlannedCall.Combine("split_parts", found.Handles);
        yield return [split];
        context.Say($"{who} names {Sentences.Listed(found)}, several as one region, so it does not say how many."
            + (split.Failed ? string.Empty : $" In the picture that is {EnglishNouns.Counted(split.Count, "separate piece")}."));
    }

    /// <summary>What may be said of those that were found: children, where boys were asked for and the model names children.</summary>
    private static (string One, string Many) Names(string label, Target found) =>
        Nouns.Wider(label) is { } wider && found.Regions.Any(region => region.Phrase.Length > 0 && !Nouns.Says(label, region.Phrase))
            ? ($"{wider} (the model does not say whether {wider} or {label})", $"{EnglishPhrases.Plural(wider)} (the model does not say which are {EnglishPhrases.Plural(label)})")
            : (label, EnglishPhrases.Plural(label));
}
