using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Which of two is nearer to a third, by the pixels between their masks: "is the dog closer to the boat than the boy".</summary>
internal static class DistanceRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Which(Match match, PlanContext context) => Compare(match, context, false);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Whether(Match match, PlanContext context) => Compare(match, context, true);

    /// <summary>How far two lie apart from middle to middle: "the distance from the sun to the plane, centre to centre".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Middles(Match match, PlanContext context)
    {
        Match asked = match.Groups["question"].Success ? RequestPatterns.Find(match.Groups["question"].Value) ?? match : match;
        (Target a, Target b) = (new Target(), new Target());
        if (!asked.Groups["a"].Success && !asked.Groups["pair"].Success)
        {
            context.Refuse(match.Value);
            yield break;
        }

        foreach (IReadOnlyList<PlannedCall> step in asked.Groups["pair"].Success ? context.Find.ResolvePair(asked.Groups["pair"].Value, a, b) : context.Find.ResolveBoth(asked.Groups["a"].Value, a, asked.Groups["b"].Value, b))
        {
            yield return step;
        }

        Target both = new();
        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in context.Find.MeasureBoth(a, b, both, measured))
        {
            yield return step;
        }

        if (both.Count == 0)
        {
            yield break;
        }

        context.PointAt(both);
        context.Say(measured is [{ } one, { } other]
            ? $"{Sentences.Pixels(Math.Sqrt(Math.Pow(one.X - other.X, 2) + Math.Pow(one.Y - other.Y, 2)))} from the middle of {one.Region} to the middle of {other.Region}."
            : both.Excuse ?? "There is nothing to compare.");
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> Compare(Match match, PlanContext context, bool asksWhether)
    {
        Target anchor = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["c"].Value, anchor))
        {
            yield return step;
        }

        if (anchor.Regions.Count == 0)
        {
            yield break;
        }

        (Target a, Target b) = (new Target(), new Target());
        foreach (IReadOnlyList<PlannedCall> step in context.Find.ResolveBoth(Named(match, "a"), a, Named(match, "b"), b))
        {
            yield return step;
        }

        if (a.Regions.Count == 0 || b.Regions.Count == 0)
        {
            yield break;
        }

        (KnownRegion first, KnownRegion second, KnownRegion third) = (a.Regions[0], b.Regions[0], anchor.Regions[0]);
        if (first.Handle == second.Handle || first.Handle == third.Handle || second.Handle == third.Handle)
        {
            context.Say($"Two of these are the same region ({first}, {second}, {third}); there is nothing to compare.");
            yield break;
        }

        (PlannedCall near, PlannedCall far) = (PlannedCall.Compare(first.Handle, third.Handle), PlannedCall.Compare(second.Handle, third.Handle));
        yield return [near, far];
        if (near.Failed || far.Failed)
        {
            context.Say(near.Failed ? near.Excuse : far.Excuse);
            yield break;
        }

        (double one, double other) = (Gap(near), Gap(far));
        string figures = $"{Sentences.Pixels(one)} lie between {first} and {third}, {Sentences.Pixels(other)} between {second} and {third}";
        if (one == other)
        {
            context.Say($"Neither: {figures}.");
            yield break;
        }

        bool closer = match.Groups["word"].Value.StartsWith("f", StringComparison.OrdinalIgnoreCase) is false;
        KnownRegion winner = one < other == closer ? first : second;
        context.Say(asksWhether
            ? $"{(winner == first ? "Yes" : "No")}: {figures}."
            : $"{Sentences.Capital(winner.ToString())} is {(closer ? "closer" : "farther")}: {figures}.");
    }

    /// <summary>"Which cloud is nearer, the white or the pink one".</summary>
    private static string Named(Match match, string group) => match.Groups["noun"].Value is { Length: > 0 } noun && !Nouns.Mentions(noun, match.Groups[group].Value)
        ? $"{Regex.Replace(match.Groups[group].Value, @"\s+ones?$", string.Empty, RegexOptions.IgnoreCase)} {noun}" : match.Groups[group].Value;

    private static double Gap(PlannedCall compared) => compared.Result.GetProperty("pairs")[0].GetProperty("gap_px").GetDouble();
}
