using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>What more is said of those to be counted, where masks and names tell: "on the left", "above the house", "are green".</summary>
internal static partial class CountFilter
{
    /// <summary>Keeps those of which the words hold.</summary>
    /// <param name="words">What is said of them, as "are above the house".</param>
    /// <param name="found">Those of the kind; those that are left.</param>
    /// <param name="context">What is known.</param>
    /// <param name="isChecked">Told whether the words could be checked.</param>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Keep(string words, Target found, PlanContext context, Action isChecked)
    {
        if (Colour().Match(words) is { Success: true } colour && found.Regions.All(region => Nouns.HasColour(region.Phrase)))
        {
            found.Take(found.Regions.Where(region => Colours.In(region.Phrase).Contains(Colours.In(colour.Groups["colour"].Value)[0])));
            isChecked();
        }
        else if (Having().Match(words) is { Success: true } having && TargetFinder.IsPartOrClothing(having.Groups["part"].Value))
        {
            KnownRegion[] counted = [.. found.Regions];
            PlannedCall[] parts = [.. counted.Select(region => PlannedCall.Segment(context.Image, "part", region.Handle))];
            yield return parts;
            if (parts.All(call => !call.Failed))
            {
                string sought = Wanted.Read(having.Groups["part"].Value).Label;
                found.Take(counted.Where((_, index) => parts[index].Regions.Any(part => part.Phrase.Length > 0 && Nouns.Fits(sought, part.Phrase))));
                isChecked();
            }
        }
        else if (Place().Match(words) is { Success: true } place && context.Size is { } size)
        {
            List<MeasuredRegion> measured = [];
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Measure(found, measured))
            {
                yield return step;
            }

            if (measured.Count > 0)
            {
                found.Take(measured.Where(region => PicturePlace.IsOn(place.Groups["side"].Value, region, size)).Select(region => region.Region));
                isChecked();
            }
        }
        else if (Beside().Match(words) is { Success: true } beside)
        {
            Target anchor = new();
            KnownRegion[] counted = [.. found.Regions];
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(beside.Groups["what"].Value, anchor))
            {
                yield return step;
            }

            if (anchor.Regions.Count == 0)
            {
                yield break;
            }

            PlannedCall[] compared = [.. counted.Select(region => PlannedCall.Compare(region.Handle, anchor.Regions[0].Handle))];
            yield return compared;
            if (compared.All(call => !call.Failed))
            {
                found.Take(counted.Where((_, index) => PairRelation.Holds(beside.Groups["word"].Value, compared[index].Result.GetProperty("pairs")[0]) == true));
                isChecked();
            }
        }
    }

    [GeneratedRegex(@"^(?:are|is)\s+(?<colour>" + Colours.Words + ")$", RegexOptions.IgnoreCase)]
    private static partial Regex Colour();

    [GeneratedRegex(@"^(?:(?:that|which|who)\s+)?(?:have|has|had|with|wear|wears|(?:are|is)\s+wearing)\s+(?<part>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Having();

    [GeneratedRegex(@"^(?:(?:are|is)\s+(?:there\s+)?|(?:can|do)\s+you\s+see\s+)?(?:on|at|in)\s+the\s+(?<side>" + PicturePlace.Sides + @")(?:\s+(?:side|half|part|corner))?(?:\s+of\s+(?:the|this)\s+(?:picture|image|photo|scene))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Place();

    [GeneratedRegex(@"^(?:(?:are|is)\s+(?:there\s+)?|(?:can|do)\s+you\s+see\s+)?(?:\w+ing\s+)?(?<word>" + PairRelation.Measured + @")\s+(?<what>(?:the|this|that)\s+(?!(?:picture|image|photo|scene|drawing|left|right|top|bottom|middle|sky)\b).+|m\d+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Beside();
}
