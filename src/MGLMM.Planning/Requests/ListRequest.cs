using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>What there is, by name: "list everything from the largest to the smallest", "which animals are there".</summary>
internal static partial class ListRequest
{
    /// <summary>Words for an order, as a regular expression with the groups <c>from</c> and <c>by</c>.</summary>
    public const string Order =
        @"(?:(?:sorted|ordered|arranged|ranked)\s+)?(?:by\s+(?<by>size|area)|from\s+(?:the\s+)?(?<from>largest|biggest|smallest|left|right|top|bottom)\s+to\s+(?:the\s+)?\w+|(?<from>largest|biggest|smallest|left|right|top|bottom)\s+(?:to|first)(?:\s+\w+)?)";

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        string words = match.Groups["what"].Value.Trim();
        Wanted wanted = Wanted.Read(Kinds().Replace(words, string.Empty));
        Target found = new();
        bool isList = TargetFinder.Listed(words).Count > 1;
        if (wanted.Unread.Length > 0 && !isList)
        {
            context.Refuse(match.Value, wanted.Unread);
            yield break;
        }

        bool everything = wanted.IsPronoun || TargetFinder.IsObjects(wanted.Label);
        bool isColour = MGLMM.Planning.Steps.Colours.OfAnything(words) is not null;
        foreach (IReadOnlyList<PlannedCall> step in isColour || isList ? context.Find.Resolve(words, found) : wanted.IsPronoun ? context.Find.Seen(found) : context.Find.Candidates(wanted with { All = wanted.Order is null }, found))
        {
            yield return step;
        }

        if ((isColour || isList) && found.Count == 0)
        {
            yield break;
        }

        context.LastLabel = everything ? context.LastLabel : wanted.Label;
        if (found.Count == 0 || (found.IsDoubtful && !everything))
        {
            context.Say(found.Count == 0 ? found.Excuse ?? $"The model sees no {(everything ? "such thing" : wanted.Label)} in the picture." : Sentences.Doubt(wanted.Label, found));
            yield break;
        }

        // "Name three things" asks for no more.
        if (NumberWords.Of(words.Split(' ')[0]) is { } number && number < found.Count)
        {
            found.Take(found.Regions.Take(number));
        }

        context.PointAt(found);

        string? order = OrderOf(match);
        List<MeasuredRegion> measured = [];
        if (order is not null)
        {
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Measure(found, measured))
            {
                yield return step;
            }
        }

        context.Say(measured.Count == 0
            ? $"The model names {Sentences.All(found.Regions)}{string.Concat(wanted.Conditions.Where(condition => condition.Kind != ConditionKind.Colour).Select(condition => " " + condition.Said))}."
            : $"{Heading(order!)}: {string.Join(", ", Sorted(measured, order!).Select(region => order is "largest" or "smallest" ? $"{region.Region} ({Sentences.Pixels(region.Area)})" : region.Region.ToString()))}.");
    }

    /// <summary>Each of a kind with the colours that the model names of it, or of its parts.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Details(Match match, PlanContext context)
    {
        string words = match.Groups["what"].Value;
        Target found = new();
        Wanted wanted = Wanted.Read(words) with { All = true };
        foreach (IReadOnlyList<PlannedCall> step in wanted.IsPronoun ? context.Find.Resolve(words, found) : context.Find.Candidates(wanted, found))
        {
            yield return step;
        }

        if (found.Count == 0 || found.IsDoubtful)
        {
            context.Say(wanted.IsPronoun ? string.Empty : found.IsDoubtful ? Sentences.Doubt(wanted.Label, found) : found.Excuse ?? $"The model sees no {wanted.Label} in the picture.");
            yield break;
        }

        string[] sought = [.. Regex.Split(match.Groups["parts"].Value, @"\s*,\s*|\s+and\s+", RegexOptions.IgnoreCase).Select(part => Wanted.Read(part).Label).Where(part => part.Length > 0)];
        PlannedCall[] parts = sought.Length == 0 ? [] : [.. found.Regions.Select(region => PlannedCall.Segment(context.Image, "part", region.Handle))];
        if (parts.Length > 0)
        {
            yield return parts;
            context.PointAt(found);
        }

        context.Say($"The model names {found.Count}:\n{string.Join('\n', found.Regions.Select((region, index) => $"- {region}{(sought.Length == 0 ? string.Empty : $": {string.Join(", ", sought.Select(part => Called(parts[index], part)))}")}"))}");

        static string Called(PlannedCall parts, string name) =>
            parts.Regions.Where(region => Nouns.IsCalled(name, region.Phrase)).ToList() is { Count: > 0 } called ? Sentences.Listed(called) : $"no {name} among its parts";
    }

    /// <summary>Which colours the model names, and of what.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Colours(Match match, PlanContext context)
    {
        Target seen = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Seen(seen))
        {
            yield return step;
        }

        context.PointAt(seen);
        IGrouping<string, KnownRegion>[] colours = [.. seen.Regions.SelectMany(region => MGLMM.Planning.Steps.Colours.In(region.Phrase).Select(colour => (colour, region))).GroupBy(one => one.colour, one => one.region)];
        context.Say(colours.Length == 0 ? seen.Excuse ?? "The model names no colours." : $"By the model's names for things: {string.Join("; ", colours.Select(colour => $"{colour.Key} ({Sentences.All([.. colour])})"))}.");
    }

    /// <summary>What there is besides something, or besides what was spoken of.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Else(Match match, PlanContext context)
    {
        string but = match.Groups["but"].Value is { Length: > 0 } said ? said : string.Join(", ", context.Spoken.Select(region => region.Handle));
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Candidates(Wanted.Read(but.Length == 0 ? "all things" : $"all things other than {but}") with { All = true }, found))
        {
            yield return step;
        }

        context.Say(found.Count == 0 ? found.Excuse ?? "The model names nothing else." : $"{(but.Length == 0 ? "The model" : "Besides that the model")} names {Sentences.All(found.Regions)}.");
    }

    private static string? OrderOf(Match match) => match.Groups["by"].Success ? "largest"
        : match.Groups["from"].Value.ToLowerInvariant() switch { "" => null, "biggest" => "largest", var word => word };

    private static string Heading(string order) => order switch
    {
        "largest" => "From the largest to the smallest",
        "smallest" => "From the smallest to the largest",
        "left" => "From left to right",
        "right" => "From right to left",
        "top" => "From top to bottom",
        _ => "From bottom to top",
    };

    private static IEnumerable<MeasuredRegion> Sorted(IEnumerable<MeasuredRegion> measured, string order) => order switch
    {
        "largest" => measured.OrderByDescending(region => region.Area),
        "smallest" => measured.OrderBy(region => region.Area),
        "left" => measured.OrderBy(region => region.X),
        "right" => measured.OrderByDescending(region => region.X),
        "top" => measured.OrderBy(region => region.Y),
        _ => measured.OrderByDescending(region => region.Y),
    };

    [GeneratedRegex(@"^(?:(?:all|the|different)\s+)*(?:kinds?|sorts?|types?|names?)\s+of\s+(?:all\s+)?", RegexOptions.IgnoreCase)]
    private static partial Regex Kinds();
}
