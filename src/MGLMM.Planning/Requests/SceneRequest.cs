using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>The picture as a whole: "describe the scene".</summary>
internal static class SceneRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        string? detail = Regex.IsMatch(match.Value, @"\b(?:briefly|brief|short|shortly|(?:one|a)\s+(?:single\s+|short\s+)?sentence|summary|summari[sz]e|sum\s+up|in\s+a\s+nutshell|few\s+words)\b", RegexOptions.IgnoreCase) ? "brief" : null;
        PlannedCall seen = PlannedCall.Segment(context.Image, Regex.IsMatch(match.Value, @"\b(?:objects|things)\b", RegexOptions.IgnoreCase) ? "instance" : "panoptic", detail: detail);
        yield return [seen];
        context.Scene = seen.Empty ? null : seen.Set;
        context.PointAtSet(seen);
        if (detail is not null && seen is { Failed: false, Empty: false } && seen.Regions.Count == seen.Count && seen.Regions.All(region => region.Phrase.Length > 0))
        {
            context.Say($"The picture shows {Sentences.All(seen.Regions)}.");
            foreach (IReadOnlyList<PlannedCall> step in context.Draw(seen.Set!, "overlay", "All of it, marked"))
            {
                yield return step;
            }

            yield break;
        }

        if (context.Tell(seen))
        {
            foreach (IReadOnlyList<PlannedCall> step in context.Draw(seen.Set!, "overlay", "All of it, marked"))
            {
                yield return step;
            }
        }
    }
}
