using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace MGLMM.Language;

/// <summary>What English noun phrases say: where their noun is, how they stand in a sentence. Rules, no dictionary. Thread-safe.</summary>
public static partial class EnglishPhrases
{
    // What follows one of these says where or how, and no longer what.
    private static readonly FrozenSet<string> EndsOfNoun = FrozenSet.Create(
        StringComparer.Ordinal,
        "in", "on", "with", "without", "of", "behind", "near", "beside", "under", "over", "at", "by", "from", "next", "between", "above", "below",
        "against", "inside", "outside", "along", "across", "through", "to", "for", "that", "which", "who", "around", "beneath", "underneath",
        "wearing", "holding", "carrying", "riding", "standing", "sitting", "lying", "walking", "playing", "looking", "facing", "hanging",
        "i", "you", "he", "she", "we", "they");

    // "A group of people" are people.
    private static readonly FrozenSet<string> Collections = FrozenSet.Create(
        StringComparer.Ordinal, "group", "row", "pair", "couple", "bunch", "pile", "cluster", "set", "lot", "flock", "herd", "crowd", "patch", "line", "stack", "number");

    /// <summary>The words of a phrase in lower case, without articles.</summary>
    public static string[] WordsOf(string phrase) =>
        [.. Word().Matches(phrase).Select(match => match.Value.ToLowerInvariant()).Where(word => word is not ("a" or "an" or "the" or "some"))];

    /// <summary>How many of the words say what the thing is; those after them ("in a blue shirt") say more about it. At least 1 of any.</summary>
    public static int HeadLength(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        for (int index = 1; index < words.Count; index++)
        {
            if (EndsOfNoun.Contains(words[index]) && !(words[index] == "of" && Collections.Contains(EnglishNouns.Singular(words[index - 1]))))
            {
                return index;
            }
        }

        return words.Count;
    }

    /// <summary>A phrase without its article and without a full stop: "a red car." is "red car".</summary>
    public static string WithoutArticle(string phrase)
    {
        ArgumentNullException.ThrowIfNull(phrase);
        string bare = Article().Replace(phrase.Trim(), string.Empty).TrimEnd('.', ',', ';', ':', '!', '?', ' ');
        return bare.Length == 0 ? phrase.Trim() : bare;
    }

    /// <summary>Whether a phrase begins with an article or a word that takes the place of one.</summary>
    public static bool HasArticle(string phrase) => Article().IsMatch(phrase);

    /// <summary>The phrase without its article, as one speaks of what is known by now: "a man in a blue shirt" is "man in the blue shirt".</summary>
    public static string Known(string phrase) => InnerArticle().Replace(WithoutArticle(phrase), " $1 the ");

    /// <summary>Whether two phrases have the same words, articles and case aside.</summary>
    public static bool Same(string? first, string? second) =>
        first is not null && second is not null
        && string.Equals(WithoutArticle(first), WithoutArticle(second), StringComparison.OrdinalIgnoreCase);

    /// <summary>A noun phrase in the plural, without its article: "a man in a blue shirt" gives "men in a blue shirt".</summary>
    public static string Plural(string phrase) => Noun(phrase, word => EnglishNouns.IsPlural(word) ? word : EnglishNouns.Plural(word));

    /// <summary>A noun phrase in the singular, without its article: "two cars in the street" gives "two car in the street".</summary>
    public static string Singular(string phrase) => Noun(phrase, EnglishNouns.Singular);

    /// <summary>The phrase with another form of its noun.</summary>
    private static string Noun(string phrase, Func<string, string> form)
    {
        string bare = WithoutArticle(phrase);
        MatchCollection words = Word().Matches(bare);
        if (words.Count == 0)
        {
            return bare;
        }

        Match noun = words[HeadLength([.. words.Select(match => match.Value.ToLowerInvariant())]) - 1];
        string word = noun.Value.ToLowerInvariant();
        string formed = form(word);
        if (formed == word)
        {
            return bare;
        }

        // Case stays where the two agree: "Trees" is "Tree".
        int same = word.AsSpan().CommonPrefixLength(formed);
        return string.Concat(bare.AsSpan(0, noun.Index), noun.Value.AsSpan(0, same), formed.AsSpan(same)) + bare[(noun.Index + noun.Length)..];
    }

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^(?:(?:an?|the|some|this|that|these|those)\s+)+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Article();

    [GeneratedRegex(@"\s(in|with|on)\s+an?\s+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex InnerArticle();
}
