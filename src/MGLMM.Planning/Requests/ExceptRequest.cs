using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>One thing without another, or the picture without it: "remove the house".</summary>
internal static class ExceptRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        string whole = match.Groups["from"].Value.Trim();
        Target without = new();

        // "Remove everything but the rabbits" keeps the rabbits.
        if (TargetFinder.AllBut(match.Groups["what"].Value) is { } kept)
        {
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(kept, without))
            {
                yield return step;
            }

            if (without.Regions.Count > 0)
            {
                context.Say($"What is left is {Sentences.Listed(without)}.");
                foreach (IReadOnlyList<PlannedCall> step in context.Draw(without.Handles, "cutout", "Cut out"))
                {
                    yield return step;
                }
            }

            yield break;
        }

        // The whole comes first: "the house without its roof".
        bool isPicture = whole.Length == 0 || Regex.IsMatch(whole, @"\belse$", RegexOptions.IgnoreCase) || Wanted.Read(whole).IsPronoun || TargetFinder.IsScene(whole);
        Target from = new();
        foreach (IReadOnlyList<PlannedCall> step in isPicture ? [] : context.Find.Resolve(whole, from))
        {
            yield return step;
        }

        if (!isPicture && from.Regions.Count == 0)
        {
            yield break;
        }

        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, without))
        {
            yield return step;
        }

        if (without.Regions.Count == 0)
        {
            yield break;
        }

        PlannedCall left = isPicture ? PlannedCall.Combine("invert", without.Handles) : PlannedCall.Combine("subtract", from.Handles, without.Handles);
        yield return [left];
        foreach (IReadOnlyList<PlannedCall> step in context.Made(left, "What is left is", "cutout"))
        {
            yield return step;
        }
    }
}
