using System.Globalization;
using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>What is measured of a thing: "what are the coordinates of the ball".</summary>
internal static class FactsRequest
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

        context.Say(measured.Count == 0 ? found.Excuse ?? string.Empty : string.Join('\n', measured.Select(Facts)));
    }

    private static string Facts(MeasuredRegion region) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Sentences.Capital(region.Region.ToString())}: from x {region.Left:0.#}, y {region.Top:0.#} to x {region.Right:0.#}, y {region.Bottom:0.#}; {region.Width:0.#} px wide, {region.Height:0.#} px tall, middle at x {region.X:0.#}, y {region.Y:0.#}; {region.Area:0.#} px, {100 * region.Share:0.#} % of the picture.");
}
