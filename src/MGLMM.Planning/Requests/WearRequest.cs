using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>What somebody wears: those of their parts that are clothes. "What is the boy wearing".</summary>
internal static class WearRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, found))
        {
            yield return step;
        }

        foreach (KnownRegion region in found.Regions.Take(1))
        {
            PlannedCall parts = PlannedCall.Segment(context.Image, "part", region.Handle);
            yield return [parts];
            KnownRegion[] clothes = [.. parts.Regions.Where(part => Nouns.IsClothing(part.Phrase))];
            context.Say(parts.Failed ? parts.Excuse
                : clothes.Length == 0 ? $"I found {region}, but the model names no clothes among its parts."
                : $"Among the parts of {region} the model names {Sentences.Listed(clothes)}.");
        }
    }
}
