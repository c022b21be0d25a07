using System.Globalization;
using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Requests;

/// <summary>How many there are of a kind: "how many people are standing on the grass".</summary>
internal static class CountRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        // A verb that has an "and" of its own, as in "run and jump", is no kind to count.
        string[] kinds = Regex.Split(match.Groups["what"].Value, @"\s*,\s*(?:and\s+)?|\s+and\s+(?=(?:how\s+many\s+)?(?:\w+\s+){0,2}\w*(?:s|people|children|men|women|sheep|fish)\b)", RegexOptions.IgnoreCase);
        foreach (string kind in kinds.Select(kind => Regex.Replace(kind, @"^(?:(?:how\s+many|of|all|the|these|those|every|each|different|pieces?\s+of|items?\s+of)\s+)+", string.Empty, RegexOptions.IgnoreCase)))
        {
            foreach (IReadOnlyList<PlannedCall> step in Count(kind, context))
            {
                yield return step;
            }
        }
    }

    /// <summary>How many of a part a thing has: "how many wheels does the car have".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Parts(Match match, PlanContext context)
    {
        // "Doors and windows": each for itself.
        string[] parts = [.. Regex.Split(match.Groups["part"].Value, @"\s*,\s*(?:and\s+)?|\s+and\s+", RegexOptions.IgnoreCase).Select(part => Wanted.Read(part)).Where(part => part.Label.Length > 0).Select(part => part.Label)];
        if (parts.Any(part => !TargetFinder.IsPartOrClothing(part)) && match.Groups["on"].Success)
        {
            return Count(Regex.Replace(match.Value, @"^how\s+many\s+", string.Empty, RegexOptions.IgnoreCase), context);
        }

        return parts.SelectMany(part => PartsOf(part, match.Groups["what"].Value, context));
    }

    /// <summary>Whether there are as many as that: "are there at least two trees".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> AsMany(Match match, PlanContext context)
    {
        int number = NumberWords.Of(match.Groups["number"].Value) ?? 1;
        Wanted kind = Wanted.Read(match.Groups["what"].Value) with { All = true };
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Candidates(kind, found))
        {
            yield return step;
        }

        if (found is { Count: 0, IsAbsent: false, HasOthers: false } or { IsDoubtful: true } || kind.Unread.Length > 0)
        {
            context.Say(kind.Unread.Length > 0 ? Sentences.Unplanned(match.Value, kind.Unread) : found.IsDoubtful ? Sentences.Doubt(kind.Label, found) : found.Excuse ?? $"The model names no {kind.Label} among the objects of the picture.");
            yield break;
        }

        bool holds = Regex.Replace(match.Groups["word"].Value.ToLowerInvariant(), @"\s+", " ") switch
        {
            "more than" => found.Count > number,
            "at least" => found.Count >= number,
            "fewer than" or "less than" => found.Count < number,
            "at most" => found.Count <= number,
            _ => found.Count == number,
        };
        context.Say($"{(holds ? "Yes" : "No")}: the model sees {(found.Count == 0 ? $"no such {kind.Label}" : $"{found.Count}: {Sentences.Listed(found)}")}.");
    }

    /// <summary>How many kinds there are: "how many different kinds of animals".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Kinds(Match match, PlanContext context)
    {
        Wanted kind = Wanted.Read(match.Groups["what"].Value) with { All = true };
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Candidates(kind, found))
        {
            yield return step;
        }

        if (found.Count == 0 || found.IsDoubtful || kind.Unread.Length > 0)
        {
            context.Say(kind.Unread.Length > 0 ? Sentences.Unplanned(match.Value, kind.Unread) : found.IsDoubtful ? Sentences.Doubt(kind.Label, found) : found.Excuse ?? $"The model sees no {kind.Label} in the picture.");
            yield break;
        }

        string[] names = [.. found.Regions.Select(region => Nouns.Head(region.Phrase)).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)];
        context.Say($"The model names {EnglishNouns.Counted(names.Length, "kind")}{(TargetFinder.IsObjects(kind.Label) ? " of things" : $" of {kind.Label}")}: {string.Join(", ", names)} ({Sentences.Listed(found)}).");
    }

    /// <summary>Of which of two kinds there are more: "are there more boys than dogs".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Compare(Match match, PlanContext context)
    {
        // Of the sky there is more, not more of them.
        (string first, string second) = (match.Groups["a"].Value, match.Groups["b"].Value);
        return Nouns.IsBackground(first) || Nouns.IsBackground(second)
            ? RequestPatterns.Read($"Is the {first} {(Regex.IsMatch(match.Groups["word"].Value, "^(?:fewer|less)$", RegexOptions.IgnoreCase) ? "smaller" : "bigger")} than the {second}", context)
            : Numbers(match, context);
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> Numbers(Match match, PlanContext context)
    {
        (Wanted Kind, Target Found)[] kinds = [(Wanted.Read(match.Groups["a"].Value) with { All = true }, new Target()), (Wanted.Read(match.Groups["b"].Value) with { All = true }, new Target())];
        foreach ((Wanted kind, Target found) in kinds)
        {
            if (kind.Unread.Length > 0)
            {
                context.Refuse(match.Value, kind.Unread);
                yield break;
            }

            foreach (IReadOnlyList<PlannedCall> step in context.Find.Candidates(kind, found))
            {
                yield return step;
            }

            if (found is { Count: 0, IsAbsent: false, HasOthers: false } or { IsDoubtful: true })
            {
                context.Say(found.Excuse ?? $"The model names no {kind.Label} among the objects of the picture, so I cannot compare how many there are.");
                yield break;
            }
        }

        (int a, int b) = (kinds[0].Found.Count, kinds[1].Found.Count);
        string figures = string.Join(" and ", kinds.Select(kind =>
        {
            (string one, string many) = Names(kind.Kind.Label, kind.Found);
            return kind.Found.Count switch { 0 => $"no {kind.Kind.Label}", 1 => $"one {one} ({kind.Found.Regions[0]})", var count => $"{count} {many} ({Sentences.Listed(kind.Found)})" };
        }));
        if (match.Groups["difference"].Success)
        {
            (string One, string Many) first = Names(kinds[0].Kind.Label, kinds[0].Found);
            context.Say($"{(a == b ? "As many" : $"{Math.Abs(a - b)} {(a > b ? "more" : "fewer")}")} {first.Many}: the model sees {figures}.");
            yield break;
        }

        bool holds = match.Groups["word"].Value.ToLowerInvariant() switch { "more" => a > b, "fewer" or "less" => a < b, _ => a == b };
        context.Say($"{(match.Groups["which"].Success ? (a == b ? "As many of the one as of the other" : $"More {EnglishPhrases.Plural(kinds[a > b ? 0 : 1].Kind.Label)}") : holds ? "Yes" : "No")}: the model sees {figures}.");
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> PartsOf(string part, string words, PlanContext context)
    {
        Target whole = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(words, whole))
        {
            yield return step;
        }

        List<KnownRegion> counted = [];
        foreach (KnownRegion region in whole.Regions.Take(Wanted.Read(words).All ? whole.Regions.Count : 1))
        {
            Target parts = new();
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Parts(region, part, parts))
            {
                yield return step;
            }

            foreach (IReadOnlyList<PlannedCall> step in part is not "part" && Nouns.NamesSeveral(parts.Regions) ? Pieces(parts, $"Among the parts of {region} the model", context) : [])
            {
                yield return step;
            }

            counted.AddRange(parts.Regions);
            context.Say(parts.Count == 0 ? parts.Excuse ?? string.Empty
                : part is not "part" && Nouns.NamesSeveral(parts.Regions) ? string.Empty
                : $"Among the parts of {region} the model names {parts.Count}: {Sentences.Listed(parts)}.");
        }

        // What "it" stands for is still the thing, but "they" are its parts.
        context.PointAt(whole);
        context.Parts = whole.Count == 1 ? counted : null;
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> Count(string words, PlanContext context)
    {
        // "Table legs" and "windows of the house" are counted as parts.
        Wanted wanted = Wanted.Read(words);
        if (wanted is { Label.Length: 0, Unread.Length: > 0 })
        {
            context.Refuse("how many " + words, wanted.Unread);
            yield break;
        }

        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in IsSaidOtherwise(wanted, words) ? context.Find.Resolve(words, found) : context.Find.Candidates(wanted with { All = wanted.Order is null, Unread = string.Empty }, found))
        {
            yield return step;
        }

        if (IsSaidOtherwise(wanted, words) && found.Count == 0)
        {
            // Why is said.
            yield break;
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

        (string one, string many) = Names(IsSaidOtherwise(wanted, words) ? "of them" : wanted.Label, found);
        string said = string.Concat(wanted.Conditions.Select(condition => condition.Kind == ConditionKind.Colour ? $" that {(found.Count == 1 ? "is" : "are")} {condition.Said}" : " " + Regex.Replace(condition.Said, @"^(?:has|have|had|wears?)\s+", "with ", RegexOptions.IgnoreCase)));
        string leftOpen = found.Count > 0 && wanted.Unread.Length > 0 ? $" I counted all{(said.Length > 0 ? " of those" : " in the picture")}; I did not check \"{wanted.Unread}\"." : string.Empty;
        context.Say((found.Count switch
        {
            0 => (found.HasOthers ? "None. " : string.Empty) + (found.Excuse ?? $"The model sees no {wanted.Label} in the picture."),
            1 => $"The model sees one {one}{said}: {found.Regions[0]}.",
            var count when count > found.Regions.Count => $"The model sees {count} {many}{said} [{found.Handles}].",
            var count => $"The model sees {count} {many}{said}: {Sentences.Listed(found.Regions)}.",
        }) + leftOpen);
    }

    private static bool IsSaidOtherwise(Wanted wanted, string words) =>
        Colours.OfAnything(words) is not null || wanted.IsPronoun || TargetFinder.IsOfAWhole(wanted);

    /// <summary>What is named as several in one region, "yellow windows", is told by its separate pieces: pieces that touch are one, so there may be more.</summary>
    private static IEnumerable<IReadOnlyList<PlannedCall>> Pieces(Target found, string who, PlanContext context)
    {
        int count = 0;
        foreach (KnownRegion region in found.Regions)
        {
            Target pieces = new();
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Pieces(region, pieces))
            {
                yield return step;
            }

            if (pieces.Count == 0)
            {
                context.Say(pieces.Excuse ?? string.Empty);
                yield break;
            }

            count += pieces.Count;
        }

        context.PointAt(found);
        context.Say($"At least {count}: {Sentences.Lower(who)} names {Sentences.Listed(found)}, several as one region; in the picture that is {EnglishNouns.Counted(count, "separate piece")}.");
    }

    /// <summary>What may be said of those that were found: children, where boys were asked for and the model names children.</summary>
    private static (string One, string Many) Names(string label, Target found) =>
        Nouns.Wider(label) is { } wider && found.Regions.Any(region => region.Phrase.Length > 0 && !Nouns.Says(label, region.Phrase))
            ? ($"{wider} (the model does not say whether {wider} or {label})", $"{EnglishPhrases.Plural(wider)} (the model does not say which are {EnglishPhrases.Plural(label)})")
            : label == "furniture" ? ("piece of furniture", "pieces of furniture")
            : (label.Length == 0 ? "thing" : label, label == "of them" ? label : label.Length == 0 ? "things" : EnglishPhrases.Plural(label));
}
