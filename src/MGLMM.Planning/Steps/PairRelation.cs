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

    /// <summary>A row for each word: what a pair must be for it to hold, any of these.</summary>
    private static readonly (string Words, string[] Relations)[] Table =
    [
        (@"(?:to\s+the\s+)?left\s+of", ["left_of"]), (@"(?:to\s+the\s+)?right\s+of", ["right_of"]),
        ("above|over", ["above"]), ("below", ["below"]), (Under, ["below"]),
        (@"on(?:\s+top\s+of)?", ["touching", "overlapping", "inside"]), ("touch(?:ing|es)?", ["touching", "overlapping", "inside", "contains"]),
        (@"overlap(?:s|ping)?(?:\s+with)?", ["overlapping", "inside", "contains"]),
        ("inside", ["inside"]),
    ];

    private const string Under = "under|underneath|beneath";

    /// <summary>How the first of a pair lies to the second.</summary>
    public static string[] Of(JsonElement pair) => [.. pair.GetProperty("a_is").EnumerateArray().Select(relation => relation.GetString() ?? string.Empty)];

    /// <summary>Whether a word holds of a pair; null where masks do not tell.</summary>
    public static bool? Holds(string word, JsonElement pair)
    {
        string[] relations = Of(pair);

        // What is beside a table, only lower, is not under it.
        if (Regex.IsMatch(word, $"^(?:{Under})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant) && relations.Any(relation => relation is "left_of" or "right_of"))
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
        const double Shared = 0.3;
        foreach (JsonElement pair in comparison.GetProperty("pairs").EnumerateArray())
        {
            (string a, string b) = (pair.GetProperty("a").GetString() ?? string.Empty, pair.GetProperty("b").GetString() ?? string.Empty);
            if (known.Contains(a) != known.Contains(b)
                && Math.Max(pair.GetProperty("a_in_b_fraction").GetDouble(), pair.GetProperty("b_in_a_fraction").GetDouble()) > Shared)
            {
                yield return known.Contains(a) ? (a, b) : (b, a);
            }
        }
    }

    /// <summary>Whether a pair is one thing, found twice.</summary>
    public static bool IsSame(JsonElement pair) => pair.GetProperty("iou").GetDouble() > 0.5;
}
