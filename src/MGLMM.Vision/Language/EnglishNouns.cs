using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MGLMM.Vision.Language;

/// <summary>Singular and plural of English nouns, and where a noun phrase has its noun. Rules and a short list of exceptions, no dictionary.</summary>
internal static partial class EnglishNouns
{
    private static readonly FrozenDictionary<string, string> SingularOf = new Dictionary<string, string>
    {
        ["people"] = "person", ["children"] = "child", ["feet"] = "foot", ["teeth"] = "tooth", ["geese"] = "goose", ["mice"] = "mouse",
        ["leaves"] = "leaf", ["shelves"] = "shelf", ["knives"] = "knife", ["wolves"] = "wolf", ["loaves"] = "loaf", ["scarves"] = "scarf",
        ["halves"] = "half", ["calves"] = "calf", ["hooves"] = "hoof", ["oxen"] = "ox", ["buses"] = "bus", ["men"] = "man",
        ["gases"] = "gas", ["lenses"] = "lens", ["canvases"] = "canvas", ["atlases"] = "atlas", ["irises"] = "iris", ["quizzes"] = "quiz",
        ["vertices"] = "vertex", ["matrices"] = "matrix", ["analyses"] = "analysis", ["crises"] = "crisis", ["oases"] = "oasis", ["bases"] = "basis",
        ["theses"] = "thesis", ["waltzes"] = "waltz", ["skis"] = "ski", ["taxis"] = "taxi", ["axes"] = "axe",
        ["potatoes"] = "potato", ["tomatoes"] = "tomato", ["mosquitoes"] = "mosquito", ["heroes"] = "hero", ["echoes"] = "echo", ["buffaloes"] = "buffalo",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> PluralOf =
        SingularOf.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    private static readonly FrozenSet<string> SameInBoth = FrozenSet.Create(
        StringComparer.Ordinal, "sheep", "fish", "deer", "series", "species", "aircraft", "bus", "gas", "lens", "canvas", "atlas", "christmas", "specimen", "abdomen",
        "moose", "trousers", "scissors", "shorts", "jeans", "binoculars", "clothes", "pyjamas", "tongs", "pliers");

    private static readonly FrozenSet<string> OnlyPluralS = FrozenSet.Create(StringComparer.Ordinal, "shoes", "toes", "canoes", "hoes", "oboes", "foes", "axes");

    // These end in "ie", not in "y".
    private static readonly FrozenSet<string> OnlyPluralIe = FrozenSet.Create(
        StringComparer.Ordinal, "cookies", "movies", "zombies", "brownies", "smoothies", "hoodies", "selfies", "birdies", "prairies", "calories", "genies", "collies", "hippies", "rookies");

    // What follows one of these says where or how, and no longer what.
    private static readonly FrozenSet<string> EndsOfNoun = FrozenSet.Create(
        StringComparer.Ordinal,
        "in", "on", "with", "without", "of", "behind", "near", "beside", "under", "over", "at", "by", "from", "next", "between", "above", "below",
        "against", "inside", "outside", "along", "across", "through", "to", "for", "that", "which", "who", "around", "beneath", "underneath",
        "wearing", "holding", "carrying", "riding", "standing", "sitting", "lying", "walking", "playing", "looking", "facing", "hanging");

    // "A group of people" are people.
    private static readonly FrozenSet<string> Collections = FrozenSet.Create(
        StringComparer.Ordinal, "group", "row", "pair", "couple", "bunch", "pile", "cluster", "set", "lot", "flock", "herd", "crowd", "patch", "line", "stack", "number");

    /// <summary>The singular of a word in lower case; the word itself where it has none or is one already.</summary>
    public static string Singular(string word)
    {
        if (SingularOf.TryGetValue(word, out string? known))
        {
            return known;
        }

        if (word.Length <= 2 || SameInBoth.Contains(word))
        {
            return word;
        }

        if (word.EndsWith("men", StringComparison.Ordinal) && word.Length > 4)
        {
            return word[..^2] + "an";
        }

        if (!word.EndsWith('s') || word.EndsWith("ss", StringComparison.Ordinal) || word.EndsWith("us", StringComparison.Ordinal)
            || word.EndsWith("is", StringComparison.Ordinal))
        {
            return word;
        }

        if (OnlyPluralIe.Contains(word))
        {
            return word[..^1];
        }

        // "cactuses", but "houses" and "causes".
        if (word.EndsWith("uses", StringComparison.Ordinal) && word.Length > 5 && word[^5] is not ('o' or 'a'))
        {
            return word[..^2];
        }

        if (word.EndsWith("ies", StringComparison.Ordinal) && word.Length > 4)
        {
            return word[..^3] + "y";
        }

        bool losesTwo = !OnlyPluralS.Contains(word)
            && ((string[])["ches", "shes", "sses", "xes", "oes"]).Any(ending => word.EndsWith(ending, StringComparison.Ordinal));
        return losesTwo ? word[..^2] : word[..^1];
    }

    /// <summary>The plural of a singular word in lower case.</summary>
    public static string Plural(string word)
    {
        if (PluralOf.TryGetValue(word, out string? known))
        {
            return known;
        }

        if (SameInBoth.Contains(word) && word is not ("bus" or "gas" or "lens" or "canvas" or "atlas"))
        {
            return word;
        }

        if (word.EndsWith("man", StringComparison.Ordinal) && word is not ("human" or "german" or "roman" or "caiman"))
        {
            return word[..^2] + "en";
        }

        if (word.Length > 1 && word.EndsWith('y') && !"aeiou".Contains(word[^2], StringComparison.Ordinal))
        {
            return word[..^1] + "ies";
        }

        return ((string[])["s", "x", "z", "ch", "sh"]).Any(ending => word.EndsWith(ending, StringComparison.Ordinal)) ? word + "es" : word + "s";
    }

    /// <summary>A number and its noun: "1 region", "3 regions".</summary>
    public static string Counted(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? noun : Plural(noun))}");

    /// <summary>"is 1 region", "are 3 regions".</summary>
    public static string ThereAre(long count, string noun) => (count == 1 ? "is " : "are ") + Counted(count, noun);

    /// <summary>The words of a phrase in lower case, without articles.</summary>
    public static string[] WordsOf(string phrase) =>
        [.. Word().Matches(phrase).Select(match => match.Value.ToLowerInvariant()).Where(word => word is not ("a" or "an" or "the" or "some"))];

    /// <summary>How many of the words say what the thing is; those after them ("in a blue shirt") say more about it. At least 1 of any.</summary>
    public static int HeadLength(IReadOnlyList<string> words)
    {
        for (int index = 1; index < words.Count; index++)
        {
            if (EndsOfNoun.Contains(words[index]) && !(words[index] == "of" && Collections.Contains(Singular(words[index - 1]))))
            {
                return index;
            }
        }

        return words.Count;
    }

    /// <summary>A noun phrase in the plural, without its article: "a man in a blue shirt" gives "men in a blue shirt".</summary>
    public static string PluralPhrase(string phrase)
    {
        string bare = ObjectPhrase.WithoutArticle(phrase);
        MatchCollection words = Word().Matches(bare);
        if (words.Count == 0)
        {
            return bare;
        }

        Match noun = words[HeadLength([.. words.Select(match => match.Value.ToLowerInvariant())]) - 1];
        string word = noun.Value.ToLowerInvariant();
        return Singular(word) != word ? bare : string.Concat(bare.AsSpan(0, noun.Index), Plural(noun.Value), bare.AsSpan(noun.Index + noun.Length));
    }

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+")]
    private static partial Regex Word();
}
