using System.Text.Json;
using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>How two things lie to each other: "is the house left of the tree", "how far is the boat from the dog".</summary>
internal static class RelationRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        (Target a, Target b) = (new Target(), new Target());
        foreach (IReadOnlyList<PlannedCall> step in match.Groups["pair"].Success ? context.Find.ResolvePair(match.Groups["pair"].Value, a, b) : context.Find.ResolveBoth(match.Groups["a"].Value, a, match.Groups["b"].Value, b))
        {
            yield return step;
        }

        if (a.Regions.Count == 0 || b.Regions.Count == 0)
        {
            yield break;
        }

        if (a.Regions[0].Handle == b.Regions[0].Handle)
        {
            context.Say($"Both are {a.Regions[0]}; there is nothing to compare.");
            yield break;
        }

        PlannedCall compared = PlannedCall.Compare(a.Regions[0].Handle, b.Regions[0].Handle);
        yield return [compared];
        context.Say(compared.Failed ? compared.Excuse : Verdict(match.Groups["word"].Value, compared.Result) + Relation(a.Regions[0], b.Regions[0], compared.Result));
    }

    private static string Verdict(string word, JsonElement comparison) => PairRelation.Holds(word, comparison.GetProperty("pairs")[0]) switch { true => "Yes. ", false => "No. ", null => string.Empty };

    private static string Relation(KnownRegion a, KnownRegion b, JsonElement comparison)
    {
        JsonElement pair = comparison.GetProperty("pairs")[0];
        double gap = pair.GetProperty("gap_px").GetDouble();
        string between = gap > 0 ? $"; {Sentences.Pixels(gap)} lie between them" : string.Empty;
        return $"{Sentences.Capital(a.ToString())} {PairRelation.InWords(pair)} {b}{between}.";
    }
}
