using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Requests;

/// <summary>Where in the picture things are: "is the horse on the left", "what is at the top", "which side is the tree on".</summary>
internal static class PlaceRequest
{
    /// <summary>Where something is.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Of(Match match, PlanContext context) => Tell(match, context, (_, measured, size) =>
    {
        string verdict = match.Groups["side"].Value is not { Length: > 0 } side || match.Groups["or"].Success ? string.Empty
            : measured.All(region => PicturePlace.IsOn(side, region, size)) ? "Yes: " : "No: ";
        return verdict + string.Join(", ", measured.Select((region, index) =>
            $"{(verdict.Length == 0 && index == 0 ? Sentences.Capital(region.Region.ToString()) : region.Region.ToString())} is {(match.Groups["or"].Success ? PicturePlace.Along(match.Groups["side"].Value, region, size) : PicturePlace.Of(region, size))} of the picture")) + ".";
    });

    /// <summary>Whether something is whole in the picture, by whether its mask reaches an edge: "is the horse cut off".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Edges(Match match, PlanContext context) => Tell(match, context, (found, measured, size) =>
    {
        context.PointAt(found);
        return string.Join('\n', measured.Select(region =>
        {
            string[] edges = EdgesOf(region, size);
            string hidden = match.Groups["hidden"].Success ? " Whether something hides a part of it masks do not tell." : string.Empty;
            return edges.Length == 0
                ? $"The mask of {region.Region} reaches no edge of the picture: it is not cut off.{hidden}"
                : $"The mask of {region.Region} reaches the {string.Join(" and the ", edges)} edge of the picture: it may be cut off there.{hidden}";
        }));
    });

    /// <summary>Which of a kind reach an edge of the picture: "which trees are cut off".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> CutOff(Match match, PlanContext context)
    {
        string kind = match.Groups["kind"].Success ? Wanted.Read(match.Groups["kind"].Value).Label : "thing";
        Target found = new();
        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in context.Find.ResolveMeasured($"all {EnglishPhrases.Plural(kind)}", found, measured))
        {
            yield return step;
        }

        if (measured.Count == 0 || context.Size is not { } size)
        {
            context.Say(found.Excuse ?? string.Empty);
            yield break;
        }

        MeasuredRegion[] cut = [.. measured.Where(region => EdgesOf(region, size).Length > 0)];
        Target pointed = Target.Holding(cut.Select(region => region.Region));
        context.PointAtOnly(pointed);
        context.Say(cut.Length == 0 ? $"None of {Sentences.All(found.Regions)} reaches an edge of the picture."
            : $"By their masks, of {measured.Count}: {string.Join(", ", cut.Select(region => $"{region.Region} reaches the {string.Join(" and the ", EdgesOf(region, size))} edge"))}; what reaches an edge may be cut off there.");
    }

    /// <summary>The picture's edges that a region reaches.</summary>
    private static string[] EdgesOf(MeasuredRegion region, (int Width, int Height) size) =>
    [
        .. new[] { ("left", region.Left <= 0), ("right", region.Right >= size.Width), ("upper", region.Top <= 0), ("lower", region.Bottom >= size.Height) }
            .Where(edge => edge.Item2).Select(edge => edge.Item1),
    ];

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
        Target pointed = Target.Holding(there);
        context.PointAtOnly(pointed);

        // "Which cloud is to the left" asks for the one farther left, where none is at the side.
        if (there.Length == 0 && !any && found.Count > 1 && OutermostOf(side) is { } outermost)
        {
            foreach (IReadOnlyList<PlannedCall> step in RequestPatterns.Read($"which {what} is the {outermost}", context))
            {
                yield return step;
            }

            yield break;
        }

        context.Say(there.Length == 0
            ? $"No {what} that the model names has its middle {place}; it names {Sentences.All([.. measured.Select(region => region.Region)])}."
            : $"{Sentences.Capital(place)}: {Sentences.All(there)}.");
    }

    private static string? OutermostOf(string side) => side.ToLowerInvariant() switch { "left" => "leftmost", "right" => "rightmost", "top" => "highest", "bottom" => "lowest", _ => null };

    /// <summary>Says what the boxes of the things asked for tell in a picture of a known size.</summary>
    private static IEnumerable<IReadOnlyList<PlannedCall>> Tell(
        Match match, PlanContext context, Func<Target, IReadOnlyList<MeasuredRegion>, (int Width, int Height), string> tell)
    {
        Target found = new();
        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in context.Find.ResolveMeasured(match.Groups["what"].Value, found, measured))
        {
            yield return step;
        }

        if (found.Count > 0)
        {
            context.Say(measured.Count > 0 && context.Size is { } size ? tell(found, measured, size)
                : found.Excuse ?? $"I found {Sentences.Listed(found)}, but I do not know how large the picture is.");
        }
    }
}
