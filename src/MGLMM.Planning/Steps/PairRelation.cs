using System.Text.Json;
using System.Text.RegularExpressions;

namespace MGLMM.Planning.Steps;

/// <summary>English words for how two regions lie to each other, and what is measured of it.</summary>
internal static class PairRelation
{
    /// <summary>All words that can be checked on masks, as alternatives of a regular expression.</summary>
    public const string Words = @"(?:to\s+the\s+)?left\s+of|(?:to\s+the\s+)?right\s+of|above|over|below|under|underneath|beneath|on(?:\s+top\s+of)?|touch(?:ing|es)?|overlap(?:s|ping)?(?:\s+with)?";

    /// <summary>Those of them that are a matter of sides.</summary>
    public const string Measured = @"(?:to\s+the\s+)?left\s+of|(?:to\s+the\s+)?right\s+of|above|over|below|under|underneath|beneath|touching|overlapping";

    /// <summary>Words for nearness, which is a matter of degree.</summary>
    public const string NearWords = @"next\s+to|near(?:\s+to)?|beside|close\s+to|by|around|surrounding|alongside|adjacent\s+to";

    /// <summary>Words for what hides what, which lower edges tell in most pictures.</summary>
    public const string Depth = @"behind|in\s+front\s+of|before";

    private static readonly (string One, string Other)[] Opposites = [("left_of", "right_of"), ("right_of", "left_of"), ("above", "below"), ("below", "above")];

    /// <summary>A row for each word: what a pair must be for it to hold, any of these.</summary>
    private static readonly (string Words, string[] Relations)[] Table =
    [
        (@"(?:to\s+the\s+)?left\s+of", ["left_of"]), (@"(?:to\s+the\s+)?right\s+of", ["right_of"]),
        ("above|over", ["above"]), ("below", ["below"]), (Under, ["below"]),
        (@"(?:up)?on(?:\s+top\s+of)?|against|at", ["touching", "overlapping", "inside"]), ("touch(?:ing|es)?", ["touching", "overlapping", "inside", "contains"]),
        (@"overlap(?:s|ping)?(?:\s+with)?", ["overlapping", "inside", "contains"]),
        ("inside|within", ["inside"]), ("in", ["inside", "overlapping"]),
    ];

    /// <summary>What two share beyond their edge.</summary>
    private const double Shared = 0.3;

    private const string Standing = "in|on|upon|at|against";

    private const string Under = "under|underneath|beneath";

    /// <summary>Whether the boxes of two meet: what is far above a thing is not hidden by it.</summary>
    public static bool Meet(IReadOnlyList<MeasuredRegion> measured, KnownRegion one, KnownRegion other) =>
        Both(measured, one, other) is ({ } a, { } b)
        && a.Left <= b.Right && b.Left <= a.Right && a.Top <= b.Bottom && b.Top <= a.Bottom;

    /// <summary>Whether one reaches farther down than another: what stands before a wall is not on it, what stands on the ground not in the sky.</summary>
    public static bool ReachesBelow(IReadOnlyList<MeasuredRegion> measured, KnownRegion one, KnownRegion other) =>
        Both(measured, one, other) is ({ } a, { } b) && a.Bottom > b.Bottom;

    /// <summary>How the first of a pair lies to the second.</summary>
    public static string[] Of(JsonElement pair) => [.. pair.GetProperty("a_is").EnumerateArray().Select(relation => relation.GetString() ?? string.Empty)];

    /// <summary>The measures of two; null where one of them was not measured.</summary>
    private static (MeasuredRegion One, MeasuredRegion Other)? Both(IReadOnlyList<MeasuredRegion> measured, KnownRegion one, KnownRegion other) =>
        measured.FirstOrDefault(region => region.Region.Handle == one.Handle) is { } a && measured.FirstOrDefault(region => region.Region.Handle == other.Handle) is { } b ? (a, b) : null;

    /// <summary>Whether a word is one of nearness.</summary>
    public static bool IsNear(string word) => Regex.IsMatch(word, $"^(?:{NearWords})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>Whether a word says what hides what.</summary>
    public static bool IsDepth(string word) => Regex.IsMatch(word, $"^(?:{Depth})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>The only pair of a comparison of two.</summary>
    public static JsonElement First(PlannedCall compared) => compared.Result.GetProperty("pairs")[0];

    /// <summary>How much of that one of a pair lies in the other of which more does.</summary>
    private static double Overlap(JsonElement pair) => Math.Max(pair.GetProperty("a_in_b_fraction").GetDouble(), pair.GetProperty("b_in_a_fraction").GetDouble());

    /// <summary>Whether a pair lies side by side.</summary>
    public static bool IsAside(JsonElement pair) => IsAside(Of(pair));

    private static bool IsAside(string[] relations) => relations.Any(relation => relation is "left_of" or "right_of");

    /// <summary>Whether a word is of what is above or below.</summary>
    public static bool IsVertical(string word) => Regex.IsMatch(word, $"^(?:above|over|below|{Under})$");

    /// <summary>Whether most of one of a pair is the other, too.</summary>
    public static bool HidesIn(JsonElement pair) => Overlap(pair) > 0.7;

    /// <summary>Whether most of the first of a pair lies in the second.</summary>
    public static bool IsWithin(JsonElement pair) => pair.GetProperty("a_in_b_fraction").GetDouble() > 0.7;

    /// <summary>Whether something is between two others, by how it lies to each.</summary>
    public static bool IsBetween(JsonElement first, JsonElement second) =>
        !IsSame(first) && !IsSame(second) && Opposites.Any(sides => Of(first).Contains(sides.One) && Of(second).Contains(sides.Other))

        // The sun above two children is not between them.
        && !Opposites.Any(sides => Of(first).Contains(sides.One) && Of(second).Contains(sides.One));

    /// <summary>Whether one of two that overlap in width reaches farther down; null where they do not, or were not measured.</summary>
    public static bool? IsInFront(IReadOnlyList<MeasuredRegion> measured, KnownRegion one, KnownRegion other) =>
        Both(measured, one, other) is ({ } a, { } b)
        && a.Left < b.Right && b.Left < a.Right && a.Bottom != b.Bottom ? a.Bottom > b.Bottom : null;

    /// <summary>Whether a word is of what stands on or hangs in the background, which then reaches down at least as far.</summary>
    public static bool IsStanding(string word) => Regex.IsMatch(word, $"^(?:{Standing})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>How the first of a pair lies to the second: "is left of and below".</summary>
    public static string InWords(JsonElement pair)
    {
        string[] relations = [.. Of(pair).Select(relation => relation is "contains" ? "contains" : "is " + relation.Replace('_', ' '))];
        return relations.Length == 0 ? "has no clear side to" : string.Join(" and ", relations);
    }

    /// <summary>Whether a word holds of a pair; null where masks do not tell.</summary>
    /// <param name="word">The word.</param>
    /// <param name="pair">The pair.</param>
    /// <param name="onBackground">Whether the second is background, such as the sky, whose mask has holes where things are: what is in or on it touches it.</param>
    public static bool? Holds(string word, JsonElement pair, bool onBackground = false)
    {
        string[] relations = Of(pair);
        if (onBackground && IsStanding(word))
        {
            return relations.Intersect(["touching", "overlapping", "inside"]).Any();
        }

        // What touches a thing from below is not on it.
        if (Regex.IsMatch(word, @"^(?:up)?on(?:\s+top\s+of)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant) && relations.Contains("below"))
        {
            return false;
        }

        // What is beside a table, only lower, is not under it.
        if (Regex.IsMatch(word, $"^(?:{Under})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant) && IsAside(relations))
        {
            return false;
        }

        foreach ((string words, string[] any) in Table)
        {
            if (Regex.IsMatch(word, $"^(?:{words})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant))
            {
                return any.Intersect(relations).Any();
            }
        }

        return null;
    }

    /// <summary>The pixels between two regions.</summary>
    public static double Gap(JsonElement pair) => pair.GetProperty("gap_px").GetDouble();

    /// <summary>The pairs of a comparison of a known region with another one that share more than their edge.</summary>
    public static IEnumerable<(string Known, string Other)> Sharing(JsonElement comparison, IReadOnlySet<string> known)
    {
        foreach (JsonElement pair in comparison.GetProperty("pairs").EnumerateArray())
        {
            (string a, string b) = (pair.GetProperty("a").GetString() ?? string.Empty, pair.GetProperty("b").GetString() ?? string.Empty);
            if (known.Contains(a) != known.Contains(b)
                && Overlap(pair) > Shared)
            {
                yield return known.Contains(a) ? (a, b) : (b, a);
            }
        }
    }

    /// <summary>The pairs of a comparison, none of them known, that share more than their edge.</summary>
    public static IEnumerable<(string One, string Other)> Alike(JsonElement comparison, IReadOnlySet<string> known) =>
        comparison.GetProperty("pairs").EnumerateArray()
            .Where(pair => Overlap(pair) > Shared)
            .Select(pair => (pair.GetProperty("a").GetString() ?? string.Empty, pair.GetProperty("b").GetString() ?? string.Empty))
            .Where(pair => !known.Contains(pair.Item1) && !known.Contains(pair.Item2));

    /// <summary>Whether a pair is one thing, found twice.</summary>
    public static bool IsSame(JsonElement pair) => pair.GetProperty("iou").GetDouble() > 0.5;
}
