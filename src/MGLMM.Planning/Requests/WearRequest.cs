using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>What somebody wears: those of their parts that are clothes. "What is the boy wearing".</summary>
internal static class WearRequest
{
    private const int MostWearers = 4;

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, found))
        {
            yield return step;
        }

        foreach (KnownRegion region in found.Regions.Take(MostWearers))
        {
            PlannedCall parts = PlannedCall.Segment(context.Image, "part", region.Handle);
            yield return [parts];
            KnownRegion[] clothes = [.. parts.Regions.Where(part => Nouns.IsClothing(part.Phrase) && IsThere(match.Groups["where"].Value, part.Phrase))];
            context.Say(parts.Failed ? parts.Excuse
                : clothes.Length == 0 ? $"I found {region}, but the model names no such clothes among its parts."
                : $"Among the parts of {region} the model names {Sentences.Listed(clothes)}.");
        }
    }

    /// <summary>Whether clothes are worn on the head, or on the feet; anywhere where no such place is asked for.</summary>
    private static bool IsThere(string place, string clothes) => place.ToLowerInvariant() switch
    {
        "" => true,
        "head" or "heads" => Nouns.Head(clothes) is "hat" or "cap" or "helmet" or "glasses",
        _ => Nouns.Head(clothes) is "shoe" or "boot" or "sock",
    };
}
