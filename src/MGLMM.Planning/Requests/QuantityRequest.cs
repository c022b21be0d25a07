using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Requests;

/// <summary>Of how many of several something holds: "is only one of the trees green", "does either of the kids have a red shirt".</summary>
internal static class QuantityRequest
{
    /// <summary>All words that say of how many it must hold, as alternatives of a regular expression.</summary>
    public const string Words = @"(?:only|just|exactly|precisely|at\s+least|at\s+most)\s+(?:" + NumberWords.Words + ")|" + NumberWords.Words + "|either|neither|none|any|some|both|all|each|every(?:\\s+one)?";

    /// <summary>A row for each word: whether it holds of so many of all.</summary>
    private static readonly (string Words, Func<int, int, int, bool> Holds)[] Table =
    [
        ("at least", (number, kept, _) => kept >= number), ("at most", (number, kept, _) => kept <= number),
        ("either|any|some", (_, kept, _) => kept > 0), ("neither|none", (_, kept, _) => kept == 0),
        ("both|all|each|every", (_, kept, all) => kept == all), (string.Empty, (number, kept, _) => kept == number),
    ];

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        string verb = match.Groups["verb"].Value.ToLowerInvariant();
        string rest = match.Groups["rest"].Value;
        string said = verb is "is" or "are" ? $"{(Regex.IsMatch(rest, @"^wear", RegexOptions.IgnoreCase) ? string.Empty : "that are ")}{rest}" : Regex.Replace(rest, @"^(?:have|has|wear)\s+(?:got\s+)?", "with ", RegexOptions.IgnoreCase);
        said = verb is "has" or "have" && !said.StartsWith("with ", StringComparison.OrdinalIgnoreCase) ? "with " + said : said;
        Wanted wanted = Wanted.Read($"all {EnglishPhrases.Plural(Wanted.Read(match.Groups["kind"].Value).Label)} {said}");
        if (wanted.Unread.Length > 0 || wanted.Conditions.Count == 0)
        {
            context.Refuse(match.Value, wanted.Unread.Length > 0 ? wanted.Unread : null);
            yield break;
        }

        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Kind(wanted, found))
        {
            yield return step;
        }

        if (found.Count == 0 || found.IsDoubtful)
        {
            yield break;
        }

        KnownRegion[] all = [.. found.Regions];
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Choose(wanted, found))
        {
            yield return step;
        }

        if (found is { Count: 0, HasOthers: false } or { Count: 0, Excuse.Length: 0 })
        {
            context.Say(found.Excuse ?? string.Empty);
            yield break;
        }

        string word = Regex.Replace(match.Groups["quantity"].Value.ToLowerInvariant(), @"\s+", " ");
        int number = NumberWords.Of(word.Split(' ')[^1]) ?? 1;
        bool holds = Table.First(row => Regex.IsMatch(word, $"^(?:{row.Words})")).Holds(number, found.Count, all.Length);
        string what = string.Join(' ', wanted.Conditions.Select(condition => condition.Said));
        Target kept = Target.Holding(found.Regions);
        context.Say($"{(holds ? "Yes" : "No")}: of {Sentences.All(all)} {(kept.Count == 0 ? "none" : kept.Count == all.Length ? "all" : kept.Count == 1 ? "one" : kept.Count)} ({what}){(kept.Count is 0 || kept.Count == all.Length ? string.Empty : $": {Sentences.All(kept.Regions)}")}{Sentences.How(found)}.");
        kept.Take(kept.Count > 0 ? kept.Regions : all);
        context.PointAt(kept);
    }
}
