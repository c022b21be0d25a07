using System.Collections.Frozen;
using System.Globalization;

namespace MGLMM.Language;

/// <summary>Singular and plural of English nouns: rules and a short list of exceptions, no dictionary. Thread-safe.</summary>
public static class EnglishNouns
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
        StringComparer.Ordinal, "sheep", "fish", "deer", "series", "species", "aircraft", "moose", "trousers", "scissors", "shorts", "jeans", "binoculars", "clothes", "pyjamas",
        "tongs", "pliers");

    // They end as plurals do.
    private static readonly FrozenSet<string> OnlySingular = FrozenSet.Create(
        StringComparer.Ordinal, "bus", "gas", "lens", "canvas", "atlas", "christmas", "specimen", "abdomen", "this", "his", "its", "has", "was", "does", "as");

    private static readonly FrozenSet<string> OnlyPluralS = FrozenSet.Create(StringComparer.Ordinal, "shoes", "toes", "canoes", "hoes", "oboes", "foes", "axes");

    // These end in "ie", not in "y".
    private static readonly FrozenSet<string> OnlyPluralIe = FrozenSet.Create(
        StringComparer.Ordinal, "cookies", "movies", "zombies", "brownies", "smoothies", "hoodies", "selfies", "birdies", "prairies", "calories", "genies", "collies", "hippies", "rookies");

    /// <summary>The singular of a word in lower case; the word itself where it has none or is one already.</summary>
    public static string Singular(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (SingularOf.TryGetValue(word, out string? known))
        {
            return known;
        }

        if (word.Length <= 2 || SameInBoth.Contains(word) || OnlySingular.Contains(word))
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
        ArgumentNullException.ThrowIfNull(word);
        if (PluralOf.TryGetValue(word, out string? known))
        {
            return known;
        }

        if (SameInBoth.Contains(word))
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

    /// <summary>Whether a word in lower case is a plural; what is the same in both, such as "sheep" and "trousers", may be one.</summary>
    public static bool IsPlural(string word) => SameInBoth.Contains(word) || Singular(word) != word;

    /// <summary>A number and its noun: "1 region", "3 regions".</summary>
    public static string Counted(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? noun : Plural(noun))}");

    /// <summary>"is 1 region", "are 3 regions".</summary>
    public static string ThereAre(long count, string noun) => (count == 1 ? "is " : "are ") + Counted(count, noun);
}
