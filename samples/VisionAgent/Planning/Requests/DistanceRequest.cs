using System.Text.RegularExpressions;

namespace MGLMM.Samples.VisionAgent.Planning.Requests;

/// <summary>Which of two is nearer to a third, by the pixels between their masks: "is the dog closer to the boat than the boy".</summary>
internal static class DistanceRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Which(Match match, PlanContext context) => Compare(match, context, false);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Whether(Match match, PlanContext context) => Compare(match, context, true);

    private static IEnumerable<IReadOnlyList<PlannedCall>> Compare(Match match, PlanContext context, bool asksWhether)
    {
        var anchor = new Target();
        foreach (var step in context.Find.Resolve(match.Groups["c"].Value, anchor))
        {
            yield return step;
        }

        if (anchor.Regions.Count == 0)
        {
            yield break;
        }

        var (a, b) = (new Target(), new Target());
        foreach (var step in context.Find.ResolveBoth(match.Groups["a"].Value, a, match.Groups["b"].Value, b))
        {
            yield return step;
        }

        if (a.Regions.Count == 0 || b.Regions.Count == 0)
        {
            yield break;
        }

        var (first, second, third) = (a.Regions[0], b.Regions[0], anchor.Regions[0]);
        if (first.Handle == second.Handle || first.Handle == third.Handle || second.Handle == third.Handle)
        {
            context.Say($"Two of these are the same region ({first}, {second}, {third}); there is nothing to compare.");
            yield break;
        }

        var (near, far) = (PlannedCall.Compare(first.Handle, third.Handle), PlannedCall.Compare(second.Handle, third.Handle));
        yield return [near, far];
        if (near.Failed || far.Failed)
        {
            context.Say(near.Failed ? near.Excuse : far.Excuse);
            yield break;
        }

        var (one, other) = (Gap(near), Gap(far));
        var figures = $"{Sentences.Pixels(one)} lie between {first} and {third}, {Sentences.Pixels(other)} between {second} and {third}";
        if (one == other)
        {
            context.Say($"Neither: {figures}.");
            yield break;
        }

        var closer = match.Groups["word"].Value.StartsWith("f", StringComparison.OrdinalIgnoreCase) is false;
        var winner = one < other == closer ? first : second;
        context.Say(asksWhether
            ? $"{(winner == first ? "Yes" : "No")}: {figures}."
            : $"{Sentences.Capital(winner.ToString())} is {(closer ? "closer" : "farther")}: {figures}.");
    }

    private static double Gap(PlannedCall compared) => compared.Result.GetProperty("pairs")[0].GetProperty("gap_px").GetDouble();
}
