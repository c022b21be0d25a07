using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>One thing in words: "describe the house".</summary>
internal static class CaptionRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, found))
        {
            yield return step;
        }

        foreach (KnownRegion? region in found.Regions.Take(1))
        {
            PlannedCall caption = PlannedCall.Caption(context.Image, region.Handle);
            yield return [caption];
            context.Say(caption.Failed ? caption.Excuse : $"{Sentences.Capital(region.ToString())}: {caption.Said}");
        }
    }
}
