using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>The picture as a whole: "describe the scene".</summary>
internal static class SceneRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        string? detail = Regex.IsMatch(match.Value, @"\b(?:briefly|brief|short|shortly|one\s+sentence)\b", RegexOptions.IgnoreCase) ? "brief" : null;
        PlannedCall seen = PlannedCall.Segment(context.Image, TargetFinder.IsObjects(match.Value) ? "instance" : "panoptic", detail: detail);
        yield return [seen];
        context.Scene = seen.Empty ? null : seen.Set;
        if (context.Tell(seen))
        {
            foreach (IReadOnlyList<PlannedCall> step in context.Draw(seen.Set!, "overlay", "All of it, marked"))
            {
                yield return step;
            }
        }
    }
}
