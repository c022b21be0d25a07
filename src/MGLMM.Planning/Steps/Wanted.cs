using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Steps;

/// <summary>What a noun phrase of a request asks for: a kind of thing, and which of them.</summary>
/// <param name="Expression">The words, without an article.</param>
/// <param name="Label">The noun with its attributes, in the singular where English makes that easy.</param>
/// <param name="Order">How candidates are ordered; null where the words do not say.</param>
/// <param name="Nth">The place in that order; null takes the first, or all where <see cref="Order"/> is null.</param>
/// <param name="Near">What it is near to; null where the words do not say.</param>
/// <param name="All">Whether all of the kind are meant.</param>
internal sealed partial record Wanted(string Expression, string Label, string? Order, int? Nth, string? Near, bool All)
{
    /// <summary>All words that order candidates, as alternatives of a regular expression.</summary>
    public const string Superlatives =
        Largest + "|" + Smallest + "|" + Leftmost + "|" + Rightmost + "|" + Topmost + "|" + Lowest + "|" + Nearest + "|" + Farthest + "|tallest|shortest|widest|narrowest";

    private const string Largest = "largest|biggest|greatest";
    private const string Smallest = "smallest|tiniest|littlest";
    private const string Leftmost = "leftmost";
    private const string Rightmost = "rightmost";
    private const string Topmost = "topmost|highest|uppermost";
    private const string Lowest = "lowest|bottommost";
    private const string Nearest = "nearest|closest";
    private const string Farthest = "farthest|furthest";

    private static readonly (string Words, string Order)[] Orders =
    [
        (Largest, "largest"), (Smallest, "smallest"), (Leftmost, "left_to_right"), (Rightmost, "right_to_left"),
        (Topmost, "top_to_bottom"), (Lowest, "bottom_to_top"), (Nearest, "nearest"), (Farthest, "farthest"),
        ("tallest", "tallest"), ("shortest", "shortest"), ("widest", "widest"), ("narrowest", "narrowest"),
    ];

    /// <summary>Words that compare, as alternatives of a regular expression, and the word for the first of several in that order.</summary>
    private static readonly (string Words, string Superlative)[] Comparing =
    [
        ("bigger|larger|greater", "largest"), ("smaller|tinier|littler", "smallest"), ("taller", "tallest"), ("shorter", "shortest"), ("wider|broader", "widest"), ("narrower|thinner", "narrowest"),
        ("nearer|closer", "nearest"),
        (@"(?:farther|further|more)(?:\s+to\s+the)?\s+left", "leftmost"), (@"(?:farther|further|more)(?:\s+to\s+the)?\s+right", "rightmost"),
        (@"(?:farther|further)\s+up|higher(?:\s+up)?", "highest"), (@"(?:farther|further)\s+down|lower(?:\s+down)?", "lowest"),
        (@"(?:farther|further)(?:\s+away)?", "farthest"),
    ];

    private static readonly string[] Numbers = ["two", "three", "four", "five", "six"];

    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

    /// <summary>How many from the front of the order are wanted, as of "the three largest"; null where the words do not say.</summary>
    public int? Top { get; private init; }

    /// <summary>Whether the words point back at something rather than name it.</summary>
    public bool IsPronoun => Pronoun().IsMatch(Expression);

    /// <summary>All words that compare two or more of a kind, as alternatives of a regular expression.</summary>
    public static string Comparatives => string.Join('|', Comparing.Select(row => row.Words));

    /// <summary>The superlative of a comparative: "largest" of "bigger", for of two the larger is the largest. A superlative is itself.</summary>
    public static string Superlative(string word) =>
        Comparing.FirstOrDefault(row => Regex.IsMatch(word, $"^(?:{row.Words})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)).Superlative ?? word;

    public static Wanted Read(string words)
    {
        string rest = Article().Replace(words.Trim(' ', '.', '!', '?', ','), string.Empty);
        string expression = rest;

        // "The smaller child" is of two the smallest.
        rest = Comparison().Replace(rest, match => Superlative(match.Groups["word"].Value.ToLowerInvariant()) + " ");
        int? top = null;
        if (Several().Match(rest) is { Success: true } several)
        {
            top = Array.IndexOf(Numbers, several.Groups["number"].Value.ToLowerInvariant()) is var known and >= 0 ? known + 2 : several.Groups["number"].Value[0] - '0';
            rest = rest.Remove(several.Index, several.Groups["number"].Length).TrimStart();
        }

        string? order = null;
        string? near = null;
        int? nth = null;
        foreach ((string pattern, string name) in Orders)
        {
            Match match = Regex.Match(rest, $@"\b(?:{pattern})\b\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
            if (match.Success)
            {
                order = name;
                rest = rest.Remove(match.Index, match.Length);
            }
        }

        if (Beside().Match(rest) is { Success: true } beside && order is "nearest" or "farthest")
        {
            near = Article().Replace(beside.Groups["thing"].Value, string.Empty);
            rest = rest[..beside.Index];
        }

        if (Place().Match(rest) is { Success: true } place)
        {
            order ??= OrderOf(place.Groups["side"].Value);
            rest = rest.Remove(place.Index, place.Length);
        }

        for (int index = 0; index < Ordinals.Length; index++)
        {
            if (Regex.Match(rest, $@"\b{Ordinals[index]}\b\s*", RegexOptions.IgnoreCase) is { Success: true } ordinal)
            {
                nth = index + 1;
                order ??= "left_to_right";
                rest = rest.Remove(ordinal.Index, ordinal.Length);
            }
        }

        // "The tree on the left", "the left tree": of several the outermost.
        if (order is null && Side().Match(rest) is { Success: true } side)
        {
            order = OrderOf(side.Groups["side"].Value);
            rest = rest.Remove(side.Index, side.Length);
        }

        bool all = Every().Match(rest) is { Success: true, Length: > 0 };
        rest = Article().Replace(Every().Replace(rest, string.Empty).Trim(), string.Empty);
        rest = One().Replace(rest, string.Empty).Trim();
        string singular = EnglishPhrases.Singular(rest);
        return new Wanted(expression, singular, order, nth, near, all || (order is null && singular != rest)) { Top = top };
    }

    private static string OrderOf(string side) => side.ToLowerInvariant() switch
    {
        "right" or "right-hand" => "right_to_left",
        "top" or "upper" => "top_to_bottom",
        "bottom" or "lower" => "bottom_to_top",
        _ => "left_to_right",
    };

    [GeneratedRegex(@"^(?:(?:the|an?|some|any|this|that|these|those|my|its)\s+)+", RegexOptions.IgnoreCase)]
    private static partial Regex Article();

    [GeneratedRegex(@"^(?<word>bigger|larger|smaller|tinier|taller|shorter|wider|narrower|nearer|closer|higher|lower)\s+(?!than\b)(?:of\s+the\s+(?:two\s+)?)?", RegexOptions.IgnoreCase)]
    private static partial Regex Comparison();

    [GeneratedRegex(@"^(?<number>two|three|four|five|six|[2-9])\s+(?=(?:" + Superlatives + @")\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Several();

    [GeneratedRegex(@"\b(?:to|from|of|by)\s+(?<thing>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Beside();

    [GeneratedRegex(@"\s+from\s+the\s+(?<side>left|right|top|bottom)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Place();

    [GeneratedRegex(@"^(?<side>left(?:-hand)?|right(?:-hand)?|upper|lower)\s+(?=\w)|\s+(?:on|at|to)\s+the\s+(?<side>left|right|top|bottom)(?:\s+side)?(?:\s+of\s+(?:the|this)\s+(?:picture|image|photo|scene))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Side();

    [GeneratedRegex(@"^(?:(?:all|both|every|each)(?:\s+of)?(?:\s+the)?\s+)?(?:(?:two|three|four|five|six|[2-9])\s+(?=\w+s\b|\w+\s+\w+s\b|children\b|people\b|men\b|women\b|sheep\b|fish\b))|^(?:all|both|every|each)(?:\s+of)?\s+(?:the\s+)?", RegexOptions.IgnoreCase)]
    private static partial Regex Every();

    [GeneratedRegex(@"^(?:ones?)$|\s+ones?$", RegexOptions.IgnoreCase)]
    private static partial Regex One();

    [GeneratedRegex(@"^(?:it|them|they|these|those|this|that|everything|all|(?:them\s+)?(?:both|all)|(?:both|all|each)\s+of\s+them|(?:these|those|the)\s+two|them\s+all)$", RegexOptions.IgnoreCase)]
    private static partial Regex Pronoun();
}
