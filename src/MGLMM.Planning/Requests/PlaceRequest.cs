using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Where in the picture things are: "is the horse on the left", "what is at the top", "which side is the tree on".</summary>
internal static class PlaceRequest
{
    /// <summary>Where something is.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Of(Match match, PlanContext context)
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

        if (measured.Count == 0 || context.Size is not { } size)
        {
            context.Say(found.Excuse ?? $"I found {Sentences.Listed(found)}, but I do not know how large the picture is.");
            yield break;
        }

        string verdict = match.Groups["side"].Value is not { Length: > 0 } side || match.Groups["or"].Success ? string.Empty
            : measured.All(region => PicturePlace.IsOn(side, region, size)) ? "Yes: " : "No: ";
        context.Say(verdict + string.Join(", ", measured.Select((region, index) =>
            $"{(verdict.Length == 0 && index == 0 ? Sentences.Capital(region.Region.ToString()) : region.Region.ToString())} is {(match.Groups["or"].Success ? PicturePlace.Along(match.Groups["side"].Value, region, size) : PicturePlace.Of(region, size))} of the picture")) + ".");
    }

    /// <summary>What is in a place.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> What(Match match, PlanContext context)
    {
        (string side, string noun) = (match.Groups["side"].Value, match.Groups["noun"].Value);
        string kind = noun.Length > 0 ? noun : match.Value.StartsWith("who", StringComparison.OrdinalIgnoreCase) ? "people" : string.Empty;
        bool any = kind.Length == 0 || TargetFinder.IsObjects(kind);
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in any ? context.Find.Everything(found) : context.Find.Candidates(Wanted.Read(kind) with { All = true }, found))
        {
            yield return step;
        }

        string what = any ? "thing" : Wanted.Read(kind).Label;
        if (found.Count == 0)
        {
            context.Say(found.Excuse ?? $"The model sees no {what} in the picture.");
            yield break;
        }

        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Measure(found, measured))
        {
            yield return step;
        }

        if (measured.Count == 0 || context.Size is not { } size)
        {
            context.Say(found.Excuse ?? "I do not know how large the picture is, so I cannot tell its sides apart.");
            yield break;
        }

        string place = side.ToLowerInvariant() switch { "left" or "right" => $"on the {side}", "middle" or "center" or "centre" => "in the middle", _ => $"at the {side}" };
        KnownRegion[] there = [.. measured.Where(region => PicturePlace.IsOn(side, region, size)).Select(region => region.Region)];
        Target pointed = new();
        pointed.Take(there);
        context.PointAt(pointed);
        context.Say(there.Length == 0
            ? $"No {what} that the model names has its middle {place}; it names {Sentences.All([.. measured.Select(region => region.Region)])}."
            : $"{Sentences.Capital(place)}: {Sentences.All(there)}.");
    }
}
