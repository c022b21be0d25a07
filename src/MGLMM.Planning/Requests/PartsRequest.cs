using System.Globalization;
using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>The parts of a thing: "what are the parts of the house", "does the car have wheels".</summary>
internal static partial class PartsRequest
{
    [GeneratedRegex(@"^(?:(?<limit>more\s+than|at\s+least|fewer\s+than|less\s+than|at\s+most|exactly|only)\s+)?(?<number>" + NumberWords.Words + @"|\d{1,2})\s+\w", RegexOptions.IgnoreCase)]
    private static partial Regex Number();

    [GeneratedRegex(@"^(?:more\s+than|at\s+least|fewer\s+than|less\s+than|at\s+most|exactly|only)\s+(?=\w+\s+\w)", RegexOptions.IgnoreCase)]
    private static partial Regex Limit();

    public static IEnumerable<IReadOnlyList<PlannedCall>> All(Match match, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, found))
        {
            yield return step;
        }

        foreach (KnownRegion? region in found.Regions.Take(1))
        {
            PlannedCall parts = PlannedCall.Segment(context.Image, "part", region.Handle);
            yield return [parts];
            if (parts.Empty)
            {
                context.Say($"I found {region}, but the model sees no parts of it.");
            }
            else if (context.Tell(parts))
            {
                foreach (IReadOnlyList<PlannedCall> step in context.Draw(parts.Set!, "overlay", $"The parts of {region.Handle}, marked"))
                {
                    yield return step;
                }
            }
        }
    }

    /// <summary>Whether a thing has a part; of several parts, each for itself: "does the house have a chimney and a window".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Has(Match match, PlanContext context)
    {
        (Target found, Target parted) = (new Target(), new Target());
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, found))
        {
            yield return step;
        }

        string[] sought = Regex.Split(match.Groups["part"].Value, @"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+(?=\w)", RegexOptions.IgnoreCase);
        foreach (IReadOnlyList<PlannedCall> step in found.Count == 0 ? [] : sought.SelectMany(part => Has(match, part, found, parted, context)))
        {
            yield return step;
        }

        // "Does the house have windows? How many?": they are the windows, where there are some. Where a number was asked for, "it" is the thing.
        if (found.Count > 0 && sought.Any(part => Number().IsMatch(part)) && parted.Count > 0)
        {
            context.PointAt(found);
            context.Parts = parted.Regions;
        }
        else if (found.Count > 0)
        {
            context.PointAtOnly(parted);
        }
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> Has(Match match, string said, Target found, Target parted, PlanContext context)
    {
        string part = Limit().Replace(said, string.Empty);
        string name = Wanted.Read(part).Label;
        string? colour = Colours.OfAnything(part);
        if (Wanted.Read(part).Unread.Length > 0)
        {
            context.Refuse(match.Value, Wanted.Read(part).Unread);
            yield break;
        }

        List<(KnownRegion Of, Target Parts)> all = [];
        foreach (KnownRegion region in found.Regions)
        {
            Target parts = new();
            // "Anything blue" may be any part.
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Parts(region, colour is null ? name : "part", parts))
            {
                yield return step;
            }

            parts.Take(parts.Regions.Where(one => colour is null || Colours.In(one.Phrase).Contains(colour)));
            parts.Excuse ??= parts.Count == 0 ? $"The model calls no part of {region} {colour}." : null;

            all.Add((region, parts));
        }

        parted.Take([.. parted.Regions, .. all.SelectMany(one => one.Parts.Regions)]);

        // "Four legs": a number is counted, not only the part looked for.
        if (Number().Match(said) is { Success: true } number && all.Count > 0 && all[0].Parts.Count > 0)
        {
            int? wanted = NumberWords.Of(number.Groups["number"].Value);
            foreach ((KnownRegion of, Target parts) in all)
            {
                List<int> counts = [];
                foreach (IReadOnlyList<PlannedCall> step in context.Find.CountPieces(parts.Regions, counts))
                {
                    yield return step;
                }

                int count = counts.Sum();
                bool holds = Regex.Replace(number.Groups["limit"].Value.ToLowerInvariant(), @"\s+", " ") switch
                {
                    "more than" => count > wanted,
                    "at least" => count >= wanted,
                    "fewer than" or "less than" => count < wanted,
                    "at most" => count <= wanted,
                    _ => count == wanted,
                };
                context.Say($"{(holds ? "Yes" : "No")}: of {of} the model names {Sentences.Listed(parts)}; in the picture {(count == 1 ? "that is 1 piece" : $"those are {count} pieces")}.");
            }

            yield break;
        }

        int having = all.Count(one => one.Parts.Count > 0);
        context.Say(all.Count == 0 ? string.Empty : (having == all.Count ? "Yes: " : having > 0 ? "Not all: " : string.Empty)
            + string.Join(having > 0 ? "; " : " ", all.Select(one => one.Parts.Count > 0 ? $"the model names {Sentences.Listed(one.Parts)} among the parts of {one.Of}" : one.Parts.Excuse?.TrimEnd('.') + (having > 0 ? string.Empty : "."))) + (having > 0 ? "." : string.Empty));
    }
}
