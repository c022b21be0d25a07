using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Whether things are whole in the picture, by whether their masks reach its edges: "is the horse cut off".</summary>
internal static class EdgeRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        Target found = new();
        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in context.Find.ResolveMeasured(match.Groups["what"].Value, found, measured))
        {
            yield return step;
        }

        if (found.Count == 0)
        {
            yield break;
        }

        if (measured.Count == 0 || context.Size is not { } size)
        {
            context.Say(found.Excuse ?? $"I found {Sentences.Listed(found)}, but I do not know how large the picture is.");
            yield break;
        }

        context.PointAt(found);
        foreach (MeasuredRegion region in measured)
        {
            string[] edges =
            [
                .. new[] { ("left", region.Left <= 0), ("right", region.Right >= size.Width), ("upper", region.Top <= 0), ("lower", region.Bottom >= size.Height) }
                    .Where(edge => edge.Item2).Select(edge => edge.Item1),
            ];
            context.Say(edges.Length == 0
                ? $"The mask of {region.Region} reaches no edge of the picture: it is not cut off."
                : $"The mask of {region.Region} reaches the {string.Join(" and the ", edges)} edge of the picture: it may be cut off there.");
        }
    }
}
