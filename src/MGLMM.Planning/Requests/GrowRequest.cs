using System.Globalization;
using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>A mask made larger or smaller by pixels: "make the ball 10 pixels bigger".</summary>
internal static class GrowRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        double pixels = double.Parse(match.Groups["pixels"].Value, CultureInfo.InvariantCulture);
        bool shrinks = Regex.IsMatch($"{match.Value.Split(' ')[0]} {match.Groups["word"].Value}", @"\b(?:shr[iu]nk\w*|erode\w*|reduce\w*|contract\w*|smaller|narrower|thinner)\b", RegexOptions.IgnoreCase);
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value is { Length: > 0 } what ? what : "it", found))
        {
            yield return step;
        }

        if (found.Regions.Count > 0)
        {
            PlannedCall made = PlannedCall.Combine(shrinks ? "shrink" : "grow", found.Handles, pixels: pixels);
            yield return [made];
            string size = $"{Sentences.Pixels(pixels)} {(shrinks ? "smaller" : "bigger")} on every side";
            foreach (IReadOnlyList<PlannedCall> step in context.Made(made, $"I made the mask of {Sentences.Listed(found)} {size}:", "overlay"))
            {
                yield return step;
            }
        }
    }
}
