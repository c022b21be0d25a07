using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Data.Annotation.Language;

/// <summary>What noun phrases say. English.</summary>
internal static class PhraseWords
{
    private static readonly string[] Prepositions = ["in", "on", "of", "with", "at", "from", "near", "beside", "behind", "under", "wearing", "holding", "to", "that"];

    private static readonly string[] Sizes = ["small", "large", "big", "little", "tiny", "huge", "tall", "short", "long", "bright", "light", "striped", "patterned"];

    private static readonly string[] Uncountable = ["grass", "water", "sand", "snow", "ice", "mud", "hair", "fur", "wool", "glass", "skin", "smoke", "fog", "rain", "dirt", "furniture"];

    /// <summary>The colours that a phrase claims, in its order. A colour that nothing follows is a thing ("an orange").</summary>
    public static IReadOnlyList<string> Colours(string phrase)
    {
        string[] words = Words(phrase);
        return [.. words.Where((word, index) => index + 1 < words.Length && IsColour(word)).Select(EnglishColours.Usual)];
    }

    /// <summary>
    /// What the phrase is about: its words before the first preposition without article, colours and sizes. Where a vocabulary knows a longer or
    /// shorter name that the words end with, that.
    /// </summary>
    public static string Label(string phrase, IReadOnlyList<string>? vocabulary = null)
    {
        string[] words = Words(EnglishPhrases.WithoutArticle(phrase));
        int end = Array.FindIndex(words, word => Prepositions.Contains(word, StringComparer.OrdinalIgnoreCase));
        string[] head = end > 0 ? words[..end] : words;
        if (vocabulary is not null)
        {
            for (int start = 0; start < head.Length; start++)
            {
                string name = string.Join(' ', head[start..]).ToLowerInvariant();
                if (vocabulary.Contains(name, StringComparer.Ordinal))
                {
                    return name;
                }
            }
        }

        string[] named = head.SkipWhile((word, index) => index + 1 < head.Length && (IsColour(word) || Sizes.Contains(word, StringComparer.OrdinalIgnoreCase))).ToArray();
        return string.Join(' ', named).ToLowerInvariant();
    }

    /// <summary>The phrase without its colours, with an article that fits.</summary>
    public static string WithoutColours(string phrase)
    {
        string[] words = Words(phrase);
        List<string> kept = new();
        for (int index = 0; index < words.Length; index++)
        {
            if (index + 1 == words.Length || !IsColour(words[index]))
            {
                kept.Add(words[index]);
            }
        }

        for (int index = 0; index + 1 < kept.Count; index++)
        {
            if (kept[index].ToLowerInvariant() is "a" or "an")
            {
                kept[index] = ArticleFor(kept[index + 1]);
            }
        }

        return string.Join(' ', kept);
    }

    /// <summary>The phrase as one speaks of what is known: "a man in a blue shirt" is "the man in the blue shirt".</summary>
    public static string Definite(string phrase) => "the " + EnglishPhrases.Known(phrase);

    /// <summary>The phrase as one speaks of something new: "red car" is "a red car"; plurals, what cannot be counted and what has an article stay.</summary>
    public static string Indefinite(string phrase)
    {
        string trimmed = phrase.Trim();
        return EnglishPhrases.HasArticle(trimmed) || IsPlural(trimmed) || Uncountable.Contains(Label(trimmed).Split(' ')[^1], StringComparer.Ordinal) ? trimmed : $"{ArticleFor(trimmed)} {trimmed}";
    }

    /// <summary>Whether the phrase is about several, or takes "they".</summary>
    public static bool IsPlural(string phrase)
    {
        string last = Label(phrase).Split(' ')[^1];
        bool singular = Regex.IsMatch(phrase.TrimStart(), @"^an?\s", RegexOptions.IgnoreCase);
        return !singular && EnglishNouns.IsPlural(last);
    }

    /// <summary>With a capital at its beginning.</summary>
    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>"Dark" is claimed of pixels as a colour is.</summary>
    private static bool IsColour(string word) => EnglishColours.Is(word) || word.Equals("dark", StringComparison.OrdinalIgnoreCase);

    private static string ArticleFor(string next) => "aeiou".Contains(char.ToLowerInvariant(next[0]), StringComparison.Ordinal) ? "an" : "a";

    private static string[] Words(string phrase) => phrase.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('.', ',', ';', ':', '!', '?', '"')).Where(word => word.Length > 0).ToArray();
}
