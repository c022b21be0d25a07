using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Requests;

/// <summary>Things compared by their parts: "which house has the bigger door", "does the table have more legs than the sofa".</summary>
internal static class PartComparisonRequest
{
    /// <summary>A thing, its parts of one name, and how many pieces these are.</summary>
    private sealed record Owner(KnownRegion Thing, IReadOnlyList<KnownRegion> Parts, int Count)
    {
        public string InWords(string part) => $"{Thing} {Count}{(Parts.Count == 0 ? string.Empty : $" ({Sentences.All(Parts)})")}{(Count == 0 ? $" {EnglishPhrases.Plural(part)}" : string.Empty)}";
    }

    /// <summary>Which of a kind has the part that an order puts first: "which house has the bigger door".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Best(Match match, PlanContext context)
    {
        string part = Wanted.Read(match.Groups["part"].Value).Label;
        List<Owner> owners = [];
        foreach (IReadOnlyList<PlannedCall> step in Owners(AllOf(match.Groups["kind"] is { Success: true } kind ? kind.Value : "people"), part, owners, context))
        {
            yield return step;
        }

        if (owners.Count == 0)
        {
            yield break;
        }

        Target parts = Target.Holding(owners.SelectMany(owner => owner.Parts));
        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in parts.Count == 0 ? [] : context.Find.Measure(parts, measured))
        {
            yield return step;
        }

        string order = Wanted.Read($"the {Wanted.Superlative(match.Groups["word"].Value.ToLowerInvariant())} one").Order ?? "largest";
        if (measured.Count == 0)
        {
            context.Say(parts.Excuse ?? $"The model names no {part} among the parts of {Sentences.All([.. owners.Select(owner => owner.Thing)])}.");
            yield break;
        }

        MeasuredRegion[] sorted = [.. measured.OrderBy(MeasuredRegion.By(order))];
        KnownRegion Thing(MeasuredRegion one) => owners.First(owner => owner.Parts.Any(region => region.Handle == one.Region.Handle)).Thing;
        Target winner = Target.Holding([Thing(sorted[0])]);
        context.PointAt(winner);
        context.Say(sorted.Length == 1 ? $"{Sentences.Capital(winner.Regions[0].ToString())} has the only {part} that the model names among the parts: {sorted[0].Region}."
            : $"{Sentences.Capital(winner.Regions[0].ToString())} has the {MeasuredRegion.InWords(order)} {part}, of {sorted.Length}: {string.Join(", ", sorted.Select(one => $"{one.Region} of {Thing(one)} {MeasuredRegion.Figure(one, order)}"))}.");
    }

    /// <summary>Which of a kind has the most or the fewest of a part: "which house has more windows".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Most(Match match, PlanContext context)
    {
        string part = Wanted.Read(match.Groups["part"].Value).Label;
        List<Owner> owners = [];
        string words = match.Groups["a"].Success ? $"{match.Groups["a"].Value} and {match.Groups["b"].Value}" : AllOf(match.Groups["kind"].Value);
        foreach (IReadOnlyList<PlannedCall> step in Owners(words, part, owners, context))
        {
            yield return step;
        }

        if (owners.Count == 0)
        {
            yield break;
        }

        bool most = match.Groups["word"].Value.StartsWith("mo", StringComparison.OrdinalIgnoreCase);
        int best = most ? owners.Max(owner => owner.Count) : owners.Min(owner => owner.Count);
        Target winners = Target.Holding(owners.Where(owner => owner.Count == best).Select(owner => owner.Thing));
        context.PointAt(winners);
        context.Say($"{(winners.Count == owners.Count ? "All have as many" : $"{Sentences.Capital(Sentences.All(winners.Regions))} {(winners.Count == 1 ? "has" : "have")} the {(most ? "most" : "fewest")}")}: {Figures(owners, part)}.");
    }

    /// <summary>Whether one has more, fewer or as many of a part as another: "does the table have more legs than the sofa".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Whether(Match match, PlanContext context)
    {
        string part = Wanted.Read(match.Groups["part"].Value).Label;
        List<Owner> owners = [];
        string words = match.Groups["b"].Success ? $"{match.Groups["a"].Value} and {match.Groups["b"].Value}" : match.Groups["a"].Value;
        foreach (IReadOnlyList<PlannedCall> step in Owners(words, part, owners, context))
        {
            yield return step;
        }

        if (owners.Count < 2)
        {
            context.Say(owners.Count == 1 ? $"I found {owners[0].Thing} only; there is nothing to compare." : string.Empty);
            yield break;
        }

        bool holds = match.Groups["word"].Value.ToLowerInvariant() switch
        {
            "more" => owners[0].Count > owners[1].Count,
            "fewer" or "less" => owners[0].Count < owners[1].Count,
            _ => owners.All(owner => owner.Count == owners[0].Count),
        };
        context.Say($"{(holds ? "Yes" : "No")}: {Figures(owners, part)}.");
    }

    private static string Figures(IEnumerable<Owner> owners, string part) => $"by the parts that the model names, {string.Join(", ", owners.Select(owner => owner.InWords(part)))}";

    private static string AllOf(string kind) => "all " + EnglishPhrases.Plural(Wanted.Read(kind).Label);

    /// <summary>Things with their parts of a name; none, with words for it, where the words stand for no things or it is no part.</summary>
    private static IEnumerable<IReadOnlyList<PlannedCall>> Owners(string words, string part, List<Owner> owners, PlanContext context)
    {
        if (!TargetFinder.IsPartOrClothing(part))
        {
            context.Refuse(words, part);
            yield break;
        }

        Target things = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(words, things))
        {
            yield return step;
        }

        foreach (KnownRegion thing in things.Regions)
        {
            Target parts = new();
            List<int> counts = [];
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Parts(thing, part, parts))
            {
                yield return step;
            }

            foreach (IReadOnlyList<PlannedCall> step in context.Find.CountPieces(parts.Regions, counts))
            {
                yield return step;
            }

            owners.Add(new Owner(thing, parts.Regions, counts.Sum()));
        }
    }
}
