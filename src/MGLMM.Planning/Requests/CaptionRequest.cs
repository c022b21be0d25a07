using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>One thing in words: "describe the house".</summary>
internal static class CaptionRequest
{
    private const int Most = 6;

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, found))
        {
            yield return step;
        }

        foreach (KnownRegion? region in found.Regions.Take(Most))
        {
            PlannedCall caption = PlannedCall.Caption(context.Image, region.Handle);
            yield return [caption];
            bool isOfIt = Nouns.Head(region.Phrase) is not { Length: > 0 } noun || Nouns.Mentions(noun, caption.Said);
            context.PointAt(found);
            context.Say(caption.Failed ? caption.Excuse
                : isOfIt ? $"{Sentences.Capital(region.ToString())}: {caption.Said}"
                : $"The model calls it {region}; asked to describe it, it speaks of something else, so I leave that out.");
        }
    }
}
