using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Whether things are alike in colour or size: "do the two trees have the same colour".</summary>
internal static class SameRequest
{
    /// <summary>Sizes that differ by less of the larger one are told as about the same, for masks are rough.</summary>
    private const double About = 0.05;

    /// <summary>Middles that differ by less of the picture's height are told as about level.</summary>
    private const double Level = 0.03;

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        (Target found, Target other) = (new Target(), new Target());
        IEnumerable<IReadOnlyList<PlannedCall>> steps = match.Groups["b"].Success
            ? context.Find.ResolveBoth(match.Groups["a"].Value, found, match.Groups["b"].Value, other) : context.Find.Resolve(match.Groups["a"].Value, found);
        foreach (IReadOnlyList<PlannedCall> step in steps)
        {
            yield return step;
        }

        if (found.Count == 0 || (match.Groups["b"].Success && other.Count == 0))
        {
            yield break;
        }

        found.Take([.. found.Regions, .. other.Regions]);
        if (found.Count < 2)
        {
            context.Say($"I found {Sentences.Listed(found)} only; there is nothing to compare.");
            yield break;
        }

        context.PointAt(found);
        string word = match.Groups["word"].Value.ToLowerInvariant();
        bool asksSame = !match.Groups["different"].Success;
        if (word.StartsWith("colo", StringComparison.Ordinal))
        {
            // What has no colour in its name is asked about.
            string[][] colours = [.. found.Regions.Select(region => Colours.In(region.Phrase))];
            int[] plain = [.. Enumerable.Range(0, colours.Length).Where(index => colours[index].Length == 0)];
            PlannedCall[] asked = [.. plain.Select(index => PlannedCall.Ask(context.Image, $"What colour is the {Nouns.Head(found.Regions[index].Phrase)}?", found.Regions.Count(region => Nouns.Says(region.Phrase, found.Regions[index].Phrase)) > 1 ? found.Regions[index].Handle : null))];
            if (asked.Length > 0)
            {
                yield return asked;
            }

            foreach ((int index, PlannedCall answer) in plain.Zip(asked))
            {
                colours[index] = answer.Failed ? [] : Colours.In(answer.Said);
            }

            string told = string.Join(", ", found.Regions.Select((region, index) => plain.Contains(index) ? $"{region} {string.Join(" and ", colours[index])}" : region.ToString()));
            context.Say(colours.Any(one => one.Length == 0)
                ? $"The model names no colour of each of them: {Sentences.All(found.Regions)}."
                : $"{(colours.All(one => one.Order(StringComparer.Ordinal).SequenceEqual(colours[0].Order(StringComparer.Ordinal))) == asksSame ? "Yes" : "No")}, by the model's names{(plain.Length > 0 ? " and answers" : string.Empty)}: {(plain.Length > 0 ? told : Sentences.All(found.Regions))}.");
            yield break;
        }

        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Measure(found, measured))
        {
            yield return step;
        }

        if (measured.Count < 2)
        {
            context.Say(found.Excuse ?? string.Empty);
            yield break;
        }

        // "Hanging at the same height" is a matter of place.
        if (match.Groups["level"].Success)
        {
            bool isLevel = measured.Max(region => region.Y) - measured.Min(region => region.Y) <= Level * (context.Size?.Height ?? measured.Max(region => region.Bottom));
            context.Say($"{(isLevel ? "About" : "No")}: {string.Join(", ", measured.Select(region => $"{region.Region} {MeasuredRegion.Figure(region, "top_to_bottom")}"))}.");
            yield break;
        }

        double[] sizes = [.. measured.Select(region => word == "height" ? region.Height : word == "width" ? region.Width : region.Area)];
        context.Say($"{(sizes.Min() >= (1 - About) * sizes.Max() ? (asksSame ? "About" : "Hardly") : asksSame ? "No" : "Yes")}: {string.Join(", ", measured.Zip(sizes).Select(one => $"{one.First.Region} {Sentences.Pixels(one.Second)}"))}.");
    }
}
