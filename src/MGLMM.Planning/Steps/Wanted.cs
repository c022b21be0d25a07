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
        Largest + "|" + Smallest + "|" + Leftmost + "|" + Rightmost + "|" + Topmost + "|" + Lowest + "|" + Nearest + "|" + Farthest + "|" + Frontmost + "|" + Rearmost + "|tallest|shortest|widest|narrowest";

    /// <summary>Words of size, as alternatives of a regular expression.</summary>
    public const string Sizes = "big|large|huge|small|little|tiny|tall";

    /// <summary>Words that compare, before a noun, as alternatives of a regular expression.</summary>
    public const string Compared = "bigger|larger|smaller|tinier|taller|shorter|wider|narrower|nearer|closer|higher|lower";

    /// <summary>Numbers from two on, as alternatives of a regular expression.</summary>
    private const string SeveralWords = "two|three|four|five|six|seven|eight|nine|ten|[2-9]";

    private const string Largest = "largest|biggest|greatest";
    private const string Smallest = "smallest|tiniest|littlest";
    private const string Leftmost = "leftmost";
    private const string Rightmost = "rightmost";
    private const string Topmost = "topmost|highest|uppermost";
    private const string Lowest = "lowest|bottommost";
    private const string Nearest = "nearest|closest";
    private const string Farthest = "farthest|furthest";

    private const string Frontmost = "frontmost|foremost";
    private const string Rearmost = "rearmost|hindmost";

    private static readonly (string Words, string Order)[] Orders =
    [
        (Largest, "largest"), (Smallest, "smallest"), (Leftmost, "left_to_right"), (Rightmost, "right_to_left"),
        (Topmost, "top_to_bottom"), (Lowest, "bottom_to_top"), (Nearest, "nearest"), (Farthest, "farthest"), (Frontmost, "in_front"), (Rearmost, "behind"),
        ("tallest", "tallest"), ("shortest", "shortest"), ("widest", "widest"), ("narrowest", "narrowest"),
    ];

    /// <summary>Words that compare, as alternatives of a regular expression, and the word for the first of several in that order.</summary>
    private static readonly (string Words, string Superlative)[] Comparing =
    [
        ("bigger|larger|greater", "largest"), ("smaller|tinier|littler", "smallest"), ("taller", "tallest"), ("shorter", "shortest"), ("wider|broader", "widest"), ("narrower|thinner", "narrowest"),
        ("nearer|closer", "nearest"),
        (@"(?:farthest|furthest|farther|further|most|more)(?:\s+to\s+the)?\s+left", "leftmost"), (@"(?:farthest|furthest|farther|further|most|more)(?:\s+to\s+the)?\s+right", "rightmost"),
        (@"(?:farther|further)\s+up|higher(?:\s+up)?", "highest"), (@"(?:farther|further)\s+down|lower(?:\s+down)?", "lowest"),
        (@"(?:farther|further)(?:\s+away)?", "farthest"),
    ];

    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

    /// <summary>How many from the front of the order are wanted, as of "the three largest"; null where the words do not say.</summary>
    public int? Top { get; private init; }

    /// <summary>What is said of it behind its noun.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>Words behind the noun that nothing here can read; empty where all were.</summary>
    public string Unread { get; init; } = string.Empty;

    /// <summary>Words before the noun that are no colour and no size, so that only a model can judge them: "wooden".</summary>
    public string Attribute { get; init; } = string.Empty;

    /// <summary>Whether one that was spoken of is meant: "that child".</summary>
    public bool IsDemonstrative { get; private init; }

    /// <summary>Whether the words point back at something rather than name it, "everything" included.</summary>
    public bool IsPronoun => Pronoun().IsMatch(Expression);

    /// <summary>Whether the words point back at one thing.</summary>
    public bool IsSingular => SingularPronoun().IsMatch(Expression);

    /// <summary>All words that compare two or more of a kind, as alternatives of a regular expression.</summary>
    public static string Comparatives => string.Join('|', Comparing.Select(row => row.Words));

    /// <summary>The superlative of a comparative: "largest" of "bigger", for of two the larger is the largest. A superlative is itself.</summary>
    public static string Superlative(string word) =>
        Comparing.FirstOrDefault(row => Regex.IsMatch(word, $"^(?:{row.Words})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)).Superlative ?? word;

    /// <summary>The place in an order, in words: "third".</summary>
    public static string Ordinal(int nth) => nth <= Ordinals.Length ? Ordinals[nth - 1] : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{nth}th");

    public static Wanted Read(string words)
    {
        string text = Regex.Replace(words.Trim(' ', '.', '!', '?', ',', ':'), @"\s+", " ");
        text = AnythingOf().Replace(text, "all ${colour} things");
        bool demonstrative = Demonstrative().IsMatch(text);
        string rest = Article().Replace(text, string.Empty);
        string expression = rest;
        string? near = null;
        rest = Ranked().Replace(rest, match => $"{Superlative(Regex.Replace(match.Groups["word"].Value.ToLowerInvariant(), @"\s+", " "))} {match.Groups["noun"].Value}{match.Groups["rest"].Value}");

        rest = InDepth().Replace(rest, match => $"{(match.Groups["front"].Success ? "frontmost" : "rearmost")} {match.Groups["noun"].Value}");

        // "The tree nearest to the house with a chimney": all behind it belongs to the house.
        if (NearTo().Match(rest) is { Success: true } nearest)
        {
            near = Article().Replace(nearest.Groups["thing"].Value, string.Empty);
            rest = nearest.Groups["head"].Value;
        }

        string? place = null;
        if (Place().Match(rest) is { Success: true } from)
        {
            place = OrderOf(from.Groups["side"].Value);
            rest = rest.Remove(from.Index, from.Length);
        }

        rest = PieceOf().Replace(rest, string.Empty);
        (rest, string tail) = Pronoun().IsMatch(rest) ? (rest, string.Empty) : Postmodifiers.Split(rest);
        (IReadOnlyList<Condition> conditions, string unread) = Postmodifiers.Read(tail);

        // After a plural comes its verb, unless that is a plural again: "cars drive", but "sports cars".
        string[] tokens = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int index = 1; index < tokens.Length && !Regex.IsMatch(rest, @"\b(?:of|" + Superlatives + @")\b", RegexOptions.IgnoreCase); index++)
        {
            if (EnglishNouns.IsPlural(tokens[index - 1].ToLowerInvariant()) && !EnglishNouns.IsPlural(tokens[index].ToLowerInvariant()) && tokens[index].ToLowerInvariant() is not ("one" or "ones" or "together" or "combined"))
            {
                // What stands behind the verb belongs to it: "wave at the boat" is not being at the boat.
                (unread, conditions) = ($"{string.Join(' ', tokens[index..])} {tail}".Trim(), []);
                rest = string.Join(' ', tokens[..index]);
                break;
            }
        }

        // "The smaller child" is of two the smallest; "the taller of the two trees".
        rest = Comparison().Replace(rest, match => Superlative(match.Groups["word"].Value.ToLowerInvariant()) + " ");
        rest = OfThem().Replace(rest, "${which} ");
        int? top = null;
        if (Several().Match(rest) is { Success: true } several)
        {
            top = NumberWords.Of(several.Groups["number"].Value);
            rest = Regex.Replace(rest.Remove(several.Groups["number"].Index, several.Groups["number"].Length).Trim(), @"\s+", " ");
        }

        string? order = null;
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

        order ??= place;
        for (int index = 0; index < Ordinals.Length; index++)
        {
            if (Regex.Match(rest, $@"\b{Ordinals[index]}\b\s*", RegexOptions.IgnoreCase) is { Success: true } ordinal)
            {
                nth = index + 1;
                order ??= "left_to_right";
                rest = rest.Remove(ordinal.Index, ordinal.Length);
            }
        }

        // "The left tree": of several the outermost.
        if (order is null && Side().Match(rest) is { Success: true } side)
        {
            order = OrderOf(side.Groups["side"].Value);
            rest = rest.Remove(side.Index, side.Length);
        }

        bool all = Every().Match(rest) is { Success: true, Length: > 0 } || rest is "everything" or "anything";
        rest = Article().Replace(Every().Replace(rest, string.Empty).Trim(), string.Empty);
        rest = One().Replace(rest, string.Empty).Trim();

        // A noun is words, of its own kind: what else stands there was not understood.
        if (Odd().Match(rest) is { Success: true } odd && !Pronoun().IsMatch(expression))
        {
            unread = $"{rest[odd.Index..].Trim(' ', ',')} {unread}".Trim();
            rest = rest[..odd.Index].Trim(' ', ',');
        }

        string singular = EnglishPhrases.Singular(rest);
        all |= order is null && singular != rest;

        // "The tree on the left" is the outermost of several, "the trees on the left" are those of the left third.
        if (order is null && !all && conditions is [{ Kind: ConditionKind.Place, IsNegated: false, Word: "left" or "right" or "top" or "bottom" or "upper" or "lower" } one])
        {
            (order, conditions) = (OrderOf(one.Word), []);
        }

        return new Wanted(expression, Size().Replace(singular, string.Empty), order, nth, near, all)
        {
            Top = top, Conditions = conditions, Unread = unread, IsDemonstrative = demonstrative, Attribute = AttributeOf(Size().Replace(singular, string.Empty)), SizeWord = Size().Match(singular) is { Success: true } size ? size.Groups["size"].Value.ToLowerInvariant() : string.Empty,
        };
    }

    /// <summary>Words of size before the noun, as of "the big tree"; empty where there is none.</summary>
    public string SizeWord { get; private init; } = string.Empty;

    private static string AttributeOf(string label)
    {
        string[] words = EnglishPhrases.WordsOf(label);
        return string.Join(' ', words.SkipLast(1).Where(word => !EnglishColours.Is(word) && !Telling().IsMatch(word)));
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

    [GeneratedRegex(@"^(?<word>" + Compared + @")\s+(?!than\b)(?:of\s+the\s+(?:two\s+)?)?", RegexOptions.IgnoreCase)]
    private static partial Regex Comparison();

    [GeneratedRegex(@"^(?<number>" + SeveralWords + @")\s+(?=(?:" + Superlatives + @")\b)|^(?:" + Superlatives + @")\s+(?<number>" + SeveralWords + @")\s+(?=\w)", RegexOptions.IgnoreCase)]
    private static partial Regex Several();

    [GeneratedRegex(@"^(?<head>.*?\b(?:nearest|closest|farthest|furthest)\b(?:\s+(?!to\b|from\b)[\w-]+){0,3}?)\s+(?:away\s+)?(?:to|from)\s+(?<thing>(?!the\s+(?:left|right|top|bottom)\b).+)$|^(?<head>.*\b(?:nearest|closest))\s+(?<thing>(?:the|an?|m\d)\s*.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex NearTo();

    [GeneratedRegex(@"^(?<which>(?:" + Superlatives + @"))(?:\s+ones?)?\s+of\s+(?:all\s+)?(?:the|these|those|both)\s+(?:two\s+|three\s+|four\s+)?", RegexOptions.IgnoreCase)]
    private static partial Regex OfThem();

    // "Anything red on the floor": the red things there.
    [GeneratedRegex(@"^(?:any|some|every)thing\s+(?:that\s+is\s+)?(?<colour>" + Colours.Words + @")(?=\s+\w)", RegexOptions.IgnoreCase)]
    private static partial Regex AnythingOf();

    [GeneratedRegex(@"^(?:that|this|these|those)\s+\w", RegexOptions.IgnoreCase)]
    private static partial Regex Demonstrative();

    [GeneratedRegex(@"^(?<size>" + Sizes + @")\s+(?=\w)", RegexOptions.IgnoreCase)]
    private static partial Regex Size();

    [GeneratedRegex(@"[,;:""()]|(?<!\bm)\d|\b(?:and|or|of|the|it|them|they|you|me|if|so|then|please|how|what|why|whose|who|whatever|whichever|compared|none|make|give|as|than|to|from|for|px|pixels?|per\s?cent|only|just|too|also|again|instead|more|less|most|much|many|no)\b|(?<=\w\s)(?!(?:ceiling|building|wing|ring|string|thing|painting|clothing|king|swing|railing|awning|drawing|lightning)s?$)\w+ing$", RegexOptions.IgnoreCase)]
    private static partial Regex Odd();

    [GeneratedRegex(@"\b(?:pieces?|items?|bits?)\s+of\s+(?!the\b|an?\b)", RegexOptions.IgnoreCase)]
    private static partial Regex PieceOf();

    // "The kid who is nearest to the boat" is the nearest kid.
    private static Regex Ranked() => RankedPattern;

    [GeneratedRegex(@"^(?<noun>.+?)\s+(?:in|at)\s+(?:the\s+)?(?:very\s+)?(?:(?<front>front|foreground)|back|rear|background)$", RegexOptions.IgnoreCase)]
    private static partial Regex InDepth();


    private static readonly Regex RankedPattern = new(
        @"^(?<noun>.+?)\s+(?:(?:that|which|who)\s+)?(?:is|are|stands|hangs|sits|lies)\s+(?:the\s+)?(?<word>" + Comparatives + "|" + Superlatives + @")(?<rest>(?:\s+(?:to|from)\s.+)?)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    // Words that tell a kind rather than say more of it, and words that say nothing.
    [GeneratedRegex(@"^(?:potted|pine|street|traffic|hot|air|hot-air|sail|sailing|beach|living|whole|entire|visible|own|actual|different|single|various|separate|individual|only|main|very|other|front|back|rear|two|three|four)$", RegexOptions.IgnoreCase)]
    private static partial Regex Telling();

    [GeneratedRegex(@"\s+from\s+the\s+(?<side>left|right|top|bottom)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Place();

    [GeneratedRegex(@"^(?<side>left(?:-hand)?|right(?:-hand)?|upper|lower|top|bottom)\s+(?!of\b)(?=\w)", RegexOptions.IgnoreCase)]
    private static partial Regex Side();

    [GeneratedRegex(@"^(?:(?:all|both|every|each)(?:\s+of)?(?:\s+the)?\s+)?(?:(?:two|three|four|five|six|[2-9])\s+(?=\w+s\b|\w+\s+\w+s\b|children\b|people\b|men\b|women\b|sheep\b|fish\b))|^(?:all|both|every|each)(?:\s+of)?\s+(?:the\s+)?", RegexOptions.IgnoreCase)]
    private static partial Regex Every();

    [GeneratedRegex(@"^(?:ones?)$|\s+ones?$", RegexOptions.IgnoreCase)]
    private static partial Regex One();

    [GeneratedRegex(@"^(?:it|them|they|him|her|he|she|these|those|this|that|one|ones|same(?:\s+ones?)?|everything|all|(?:them\s+)?(?:both|all)|(?:(?:both|all|each|two|three)\s+of\s+)?(?:them|these|those)|(?:(?:these|those|the)\s+)?(?:two|three|four)|them\s+all|each(?:\s+one)?|(?:(?:their|its|all|both|those|these)\s+)?(?:masks?|regions?|results?|selection|segments?|segmentations?))$", RegexOptions.IgnoreCase)]
    private static partial Regex Pronoun();

    [GeneratedRegex(@"^(?:it|him|her|he|she|this|that|one|same|mask|region|result)$", RegexOptions.IgnoreCase)]
    private static partial Regex SingularPronoun();
}
