using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Requests;

/// <summary>One of several by what is measured: "which tree is the largest", "who is closest to the boat".</summary>
internal static partial class WhichRequest
{
    /// <summary>"Which rabbit is nearer to the house", "which of them is the tallest": the comparative of several is their superlative.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> OfKind(Match match, PlanContext context)
    {
        string which = Wanted.Superlative(Regex.Replace(match.Groups["word"].Value.ToLowerInvariant(), @"\s+", " "));
        string noun = match.Groups["noun"].Value.Trim();
        string said = match.Value;

        // "Which of the two is wider", of two that the last answer named.
        if (context.IsFromBefore && Those().Match(noun) is { Success: true } those && context.Named.Count > 1 && (NumberWords.Of(those.Groups["number"].Value) ?? context.Named.Count) == context.Named.Count)
        {
            return OfThose(context.Named, which, match.Groups["rest"].Value.Trim(), context);
        }

        noun = noun.Length == 0 && (context.LastLabel is null || context.Lost is not null) && said.StartsWith("who", StringComparison.OrdinalIgnoreCase) ? "people" : (Those().IsMatch(noun) || Regex.IsMatch(noun, "^ones?$", RegexOptions.IgnoreCase)) ? string.Empty : noun;
        string rest = match.Groups["rest"].Value.Trim();

        // "Which of the two pictures on the wall": what is said behind the noun stays with it. "Nearest the house" is nearest to it.
        (string head, string tail) = Postmodifiers.Split(noun);
        rest = which is "nearest" or "farthest" && Regex.IsMatch(rest, @"^(?:the|an?|m\d|it|them)\b", RegexOptions.IgnoreCase) ? "to " + rest : rest;
        if (noun.Length == 0 && context.Lost is not null)
        {
            return context.LeaveOut();
        }

        if (noun.Length == 0 && context is { LastLabel: null, Spoken.Count: < 2 } && which is not ("nearest" or "farthest"))
        {
            return Steps($"the {which} thing {rest}", context);
        }

        return noun.Length == 0 && context.Spoken.Count > 1 ? OfThose(context.Spoken, which, rest, context)
            : Steps(which is "nearest" or "farthest" ? $"the {which} {Singular(head.Length == 0 ? "thing" : head)} {rest} {tail}" : $"the {which} {Singular(head.Length == 0 ? "one" : head)} {tail} {rest}", context);
    }

    public static IEnumerable<IReadOnlyList<PlannedCall>> Named(Match match, PlanContext context) => Steps(match.Groups["what"].Value, context);

    /// <summary>Which of a kind, or of those spoken of, is as the words behind the verb say: "which rabbit is next to the ball", "which one has a purple roof".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Fitting(Match match, PlanContext context) => Fitting(match, match.Groups["noun"].Value.Trim(), context);

    /// <summary>What of all things is as the words behind the verb say.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> FittingThings(Match match, PlanContext context) =>
        Fitting(match, match.Value.StartsWith("who", StringComparison.OrdinalIgnoreCase) ? "person" : "thing", context);

    private static IEnumerable<IReadOnlyList<PlannedCall>> Fitting(Match match, string of, PlanContext context)
    {
        string rest = match.Groups["rest"].Value;
        string verb = match.Groups["verb"].Value.ToLowerInvariant();
        string noun = Those().IsMatch(of) ? string.Empty : Wanted.Read(of).Label;

        // "One" is of those that were spoken of; of one alone, of its kind.
        bool isOfThose = noun.Length == 0 && context.Spoken.Count > 1;
        noun = noun.Length == 0 && !isOfThose ? context.LastLabel ?? (context.Spoken.Count > 0 ? Nouns.Head(context.Spoken[0].Phrase) : string.Empty) : noun;
        Wanted wanted = Wanted.Read($"the {(noun.Length == 0 ? "thing" : noun)} {(verb.Length == 0 ? rest : $"that {verb} {rest}")}");
        if (wanted.Unread.Length > 0 || (wanted.Conditions.Count == 0 && wanted.Order is null) || (noun.Length == 0 && !isOfThose))
        {
            context.Refuse(match.Value, wanted.Unread.Length > 0 ? wanted.Unread : null);
            yield break;
        }

        Target found = Target.Holding(isOfThose ? context.Spoken : []);
        foreach (IReadOnlyList<PlannedCall> step in isOfThose ? context.Find.Choose(wanted, found) : context.Find.Candidates(wanted, found))
        {
            yield return step;
        }

        if (!isOfThose || found.Count > 0)
        {
            context.PointAt(found);
        }

        string are = verb switch { "has" or "have" => found.Count == 1 ? "has" : "have", "" or "is" or "are" => found.Count == 1 ? "is" : "are", _ => verb };
        context.Say(found.Count == 0 ? (found is { HasOthers: true, Excuse.Length: > 0 } ? "None. " : string.Empty) + (found.Excuse ?? $"The model sees no {noun} in the picture.")
            : found.IsDoubtful ? Sentences.Doubt(wanted.Label, found)
            : $"{Sentences.Capital(Sentences.Listed(found))}{Sentences.How(found)} {are} {rest}, as far as masks and names tell.");
    }

    /// <summary>What covers the most or the least of the picture.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Covering(Match match, PlanContext context)
    {
        string noun = match.Groups["noun"].Value is { Length: > 0 } named && !Regex.IsMatch(named, "^(?:one|of\\s+them)$", RegexOptions.IgnoreCase) ? named : "area";
        return Steps($"the {(Regex.IsMatch(match.Groups["word"].Value, "least|less|fewest|smallest", RegexOptions.IgnoreCase) ? "smallest" : "largest")} {Singular(noun)} {match.Groups["rest"].Value}", context);
    }

    private static string Singular(string noun) => EnglishPhrases.Singular(Regex.Replace(noun, @"^(?:(?:the|these|those|both|all|two|three|four|five)\s+)+", string.Empty, RegexOptions.IgnoreCase));

    private static IEnumerable<IReadOnlyList<PlannedCall>> OfThose(IReadOnlyList<KnownRegion> those, string which, string rest, PlanContext context)
    {
        // "Which one is nearer to it", where "it" would be one of them.
        if (those.Count > 1 && Regex.IsMatch(rest, @"\b(?:it|them)\b", RegexOptions.IgnoreCase))
        {
            context.Refuse($"which is the {which} {rest}", rest);
            yield break;
        }

        Target found = Target.Holding(those);
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Choose(Wanted.Read($"the {which} one {rest}"), found))
        {
            yield return step;
        }

        context.PointAt(found);
        Tell(found, $"the {which} of them", context);
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> Steps(string words, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(words.Trim(), found))
        {
            yield return step;
        }

        context.LastLabel = Wanted.Read(words).Label is { Length: > 0 } label && !TargetFinder.IsObjects(label) ? label : context.LastLabel;
        if (found.Regions.Count > 0)
        {
            Tell(found, Kind(Wanted.Read(words)), context);
        }
    }

    private static string Kind(Wanted wanted) => $"{wanted.SizeWord} {wanted.Label}{string.Concat(wanted.Conditions.Select(condition => " " + condition.Said))}".Trim();

    private static void Tell(Target found, string label, PlanContext context) => context.Say(
        found.Count == 0 ? found.Excuse ?? string.Empty
        : found.Of == 1 ? $"{Sentences.Capital(found.Regions[0].ToString())} is the only {(label.Length == 0 ? "one" : label)} that the model sees."
        : found.Of > 1 ? $"{Sentences.Capital(Sentences.Listed(found))} {(found.Count == 1 ? "is" : "are")} the {found.Rank}, of {found.Of}: {found.Figures}."
        : $"{Sentences.Capital(Sentences.Listed(found))}.");

    [GeneratedRegex(@"^(?:(?:these|those|the|them)\s*)?(?<number>" + NumberWords.Words + @")$|^(?:them|these|those|ones?|)$", RegexOptions.IgnoreCase)]
    private static partial Regex Those();
}
