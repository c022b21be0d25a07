using System.Collections.Frozen;
using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Vision.Language;

/// <summary>Where an English sentence has its subject. Rules and short lists, no dictionary; silent where they are not sure.</summary>
internal static partial class Sentence
{
    private static readonly FrozenSet<string> FormsOfBe = FrozenSet.Create(StringComparer.Ordinal, "is", "are", "was", "were", "isn't", "aren't", "wasn't", "weren't");

    private static readonly FrozenSet<string> Helping = FrozenSet.Create(
        StringComparer.Ordinal, "does", "do", "did", "doesn't", "don't", "didn't", "can", "could", "will", "would", "should", "may", "might", "can't", "couldn't");

    private static readonly FrozenSet<string> Having = FrozenSet.Create(StringComparer.Ordinal, "has", "have", "had", "hasn't", "haven't");

    private static readonly FrozenSet<string> Determiners = FrozenSet.Create(
        StringComparer.Ordinal,
        "the", "a", "an", "this", "that", "these", "those", "my", "your", "his", "her", "its", "their", "our", "both", "all", "each", "every", "any", "some", "no", "many", "several", "few", "another",
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");

    // Nouns that end as a verb does which is going on.
    private static readonly FrozenSet<string> NotGoingOn = FrozenSet.Create(
        StringComparer.Ordinal,
        "building", "ceiling", "painting", "clothing", "ring", "earring", "king", "string", "spring", "wing", "swing", "railing", "awning", "thing", "something", "anything", "everything", "nothing", "sling", "drawing", "crossing",
        "parking", "evening", "morning", "lightning", "icing", "frosting", "filling", "dressing", "pudding", "wedding", "lighting", "flooring", "duckling", "sibling", "bring", "stocking", "bedding", "landing", "opening", "covering", "during");

    private static readonly FrozenSet<string> Shown = FrozenSet.Create(StringComparer.Ordinal, "picture", "image", "photo", "photograph", "drawing", "scene", "region", "area", "crop", "part", "object", "thing", "item");

    /// <summary>The words of a text's first sentence in lower case, with their articles.</summary>
    public static string[] First(string text)
    {
        string all = text.Trim().ToLowerInvariant().Replace('\u2019', '\'');
        int end = all.IndexOfAny(['.', '?', '!', '\n']);
        return [.. Word().Matches(end > 0 ? all[..end] : all).Select(match => match.Value)];
    }

    public static bool IsFormOfBe(string word) => FormsOfBe.Contains(word);

    /// <summary>Whether a verb follows the subject behind this word: "does the boy wear ...".</summary>
    public static bool TakesVerb(string word) => Helping.Contains(word);

    public static bool IsAuxiliary(string word) => FormsOfBe.Contains(word) || Helping.Contains(word) || Having.Contains(word);

    public static bool IsDeterminer(string word) => Determiners.Contains(word);

    /// <summary>Whether a word is a verb that is going on: "wearing".</summary>
    public static bool IsGoingOn(string word) => word.Length > 4 && word.EndsWith("ing", StringComparison.Ordinal) && !NotGoingOn.Contains(word);

    /// <summary>Where a phrase that began before ends: at a verb, at what says where or how, at another phrase.</summary>
    public static int EndOfPhrase(string[] words, int start)
    {
        for (int index = start; index < words.Length; index++)
        {
            // One word alone is the thing, however it ends; of "in" and "with" the noun phrases know.
            bool ends = IsAuxiliary(words[index]) || (IsDeterminer(words[index]) && index > start)
                || (index > start && (IsGoingOn(words[index]) || (words[index].EndsWith("ed", StringComparison.Ordinal) && words[index].Length > 4) || words[index] is "made" or "like"
                    || EnglishPhrases.HeadLength([words[start], words[index]]) == 1));
            if (ends)
            {
                return index;
            }
        }

        return words.Length;
    }

    /// <summary>The noun that an answer is about: "The boat is red." is about the boat. Null where it says none, or "it" and "he".</summary>
    /// <param name="text">The answer.</param>
    /// <param name="describes">Whether it describes what was shown, so that "A red boat." and "This is a boat." are about the boat too.</param>
    public static string? SubjectOf(string text, bool describes)
    {
        string[] words = First(text);
        int start = words.Length > 1 && words[0] is "yes" or "no" && (IsDeterminer(words[1]) || words[1] is "there" or "it" or "he" or "she" or "they") ? 1 : 0;
        if (start + 2 < words.Length && words[start] == "there" && IsFormOfBe(words[start + 1]))
        {
            return NounAt(words, start + 2)?.Noun;
        }

        if (describes && start + 2 < words.Length && words[start] is "this" or "it" or "that" or "these" or "they" && (IsFormOfBe(words[start + 1]) || words[start + 1] is "shows" or "show"))
        {
            return NounAt(words, start + 2)?.Noun;
        }

        if (NounAt(words, start) is not var (noun, end, hasVerb))
        {
            return null;
        }

        if (Shown.Contains(EnglishNouns.Singular(noun)))
        {
            int shows = Array.FindIndex(words, start, word => word is "shows" or "show" or "contains" or "has" || IsFormOfBe(word));
            return describes && shows > 0 && shows + 1 < words.Length ? NounAt(words, shows + 1)?.Noun : null;
        }

        return describes || hasVerb || words[end..].Any(word => IsAuxiliary(word) || IsGoingOn(word)) ? noun : null;
    }

    private static (string Noun, int End, bool HasVerb)? NounAt(string[] words, int start)
    {
        if (start >= words.Length || !IsDeterminer(words[start]))
        {
            return null;
        }

        int first = start;
        while (first < words.Length && IsDeterminer(words[first]))
        {
            first++;
        }

        int end = EndOfPhrase(words, first);

        // "The boat carries a man", "The boat sits on the sea": no auxiliary, so the last word is the verb.
        bool verbInside = end - first > 1 && end < words.Length && !IsAuxiliary(words[end]) && !IsGoingOn(words[end])
            && words[end - 1].EndsWith('s') && !words[end..].Any(IsAuxiliary) && !EnglishNouns.IsPlural(words[end - 2]);
        if (verbInside)
        {
            end--;
        }

        return end > first && NounPhrases.NounsOf(string.Join(' ', words[first..end])) is [.., var noun] ? (noun, end, verbInside) : null;
    }

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+(?:'[\p{L}]+)?")]
    private static partial Regex Word();
}
