using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Where something is: "find the dog", "is there a cat".</summary>
internal static partial class FindRequest
{
    private const int MostPlaces = 6;

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        Target found = new();
        string words = match.Groups["what"].Value;

        // A part is looked for among the parts of all, for a model may deny what it would name there.
        bool isPart = AsksWhether().IsMatch(match.Value) && TargetFinder.IsPartOrClothing(words) && !words.Contains(" of ", StringComparison.OrdinalIgnoreCase);
        foreach (IReadOnlyList<PlannedCall> step in isPart ? context.Find.Candidates(Wanted.Read(words) with { Order = null, All = true }, found) : context.Find.Resolve(words, found))
        {
            yield return step;
        }

        found.IsSeen |= isPart;
        if (isPart && found.Count == 0)
        {
            context.Say(found.Excuse ?? string.Empty);
        }

        // A model may say yes to whatever it is asked for; what it names by itself tells more.
        if (AsksWhether().IsMatch(match.Value) && found is { Count: > 0, IsDoubtful: false, IsSeen: false } && !TargetFinder.IsScene(words))
        {
            PlannedCall all = PlannedCall.Segment(context.Image, "panoptic");
            yield return [all];
            context.PointAt(found);
            string label = Wanted.Read(words).Label;
            if (all is { Failed: false, Empty: false } && all.Count == all.Regions.Count && !all.Regions.Any(region => region.Phrase.Length > 0 && Nouns.Fits(label, region.Phrase)))
            {
                found.IsDoubtful = true;
                context.Say(Sentences.Doubt(label, found));
            }
        }

        if (found.Regions.Count > 0)
        {
            List<MeasuredRegion> measured = [];
            if (match.Value.StartsWith("where", StringComparison.OrdinalIgnoreCase) && context.Size is not null && found.Count <= MostPlaces)
            {
                foreach (IReadOnlyList<PlannedCall> step in context.Find.Measure(found, measured))
                {
                    yield return step;
                }
            }

            context.Say(found.IsDoubtful ? string.Empty
                : measured.Count == found.Count && context.Size is { } size ? $"I found {string.Join(", ", measured.Select(region => $"{region.Region} {PicturePlace.Of(region, size)}"))} of the picture."
                : $"I found {Sentences.Listed(found)}.");
            foreach (IReadOnlyList<PlannedCall> step in context.Draw(found.Handles, "overlay", "Marked"))
            {
                yield return step;
            }
        }
    }

    [GeneratedRegex(@"^(?:(?:is|are)\s+(?:there|an?|any|some)|(?:do|can)\s+(?:you|we)\s|does\s|any\s)", RegexOptions.IgnoreCase)]
    private static partial Regex AsksWhether();
}
