using System.Collections.Frozen;

namespace MGLMM.Language;

/// <summary>The English words for colours that people say of things. Thread-safe.</summary>
public static class EnglishColours
{
    // Those that many languages have a word for (Berlin and Kay's eleven), and what else is often said of things. "Gold" and "cream" are things more often than colours.
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "black", "white", "red", "green", "yellow", "blue", "brown", "purple", "pink", "orange", "grey", "gray", "violet", "beige", "golden", "silver", "turquoise");

    /// <summary>Whether a word is a colour, in whatever case. "Orange" and "silver" are, though they can be things too: the caller sees what stands behind.</summary>
    /// <param name="word">One word.</param>
    /// <exception cref="ArgumentNullException"><paramref name="word"/> is null.</exception>
    public static bool Is(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return Names.Contains(word);
    }

    /// <summary>The word that two spellings or near names have in common, in lower case: "grey" for "gray", "purple" for "violet"; others stay.</summary>
    /// <param name="word">One word.</param>
    /// <exception cref="ArgumentNullException"><paramref name="word"/> is null.</exception>
    public static string Usual(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return word.ToLowerInvariant() switch
        {
            "gray" => "grey",
            "violet" => "purple",
            string other => other,
        };
    }
}
