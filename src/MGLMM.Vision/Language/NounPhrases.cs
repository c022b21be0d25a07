using System.Collections.Frozen;
using MGLMM.Language;

namespace MGLMM.Vision.Language;

/// <summary>Which things a noun phrase names. English; rules and short lists, no dictionary.</summary>
internal static class NounPhrases
{
    // What can mean anything names no thing that an answer could contradict.
    private static readonly FrozenSet<string> Anything = FrozenSet.Create(
        StringComparer.Ordinal,
        "thing", "object", "item", "something", "anything", "everything", "nothing", "one", "other", "another", "it", "this", "that", "these", "those", "region", "area", "part", "piece",
        "element", "entity", "stuff", "whatever", "what", "which", "both", "all", "each", "some", "any", "rest", "pixel", "segment", "mask", "shape", "instance");

    private static readonly FrozenSet<string> Anybody = FrozenSet.Create(StringComparer.Ordinal, "everyone", "everybody", "someone", "somebody", "anyone", "anybody");

    // These stand behind a noun and say where or which it is.
    private static readonly FrozenSet<string> Trailing = FrozenSet.Create(
        StringComparer.Ordinal, "left", "right", "top", "bottom", "middle", "center", "centre", "here", "there", "visible", "alone", "together", "below", "above", "behind", "first", "last", "second", "third", "closest", "nearest", "farthest", "furthest");

    /// <summary>The nouns of a phrase, as they are written, in lower case: "boys and the red car on the left" names "boys" and "car".</summary>
    public static IReadOnlyList<string> NounsOf(string phrase)
    {
        List<string> nouns = new();
        string[] words = EnglishPhrases.WordsOf(phrase);
        int start = 0;
        while (start < words.Length)
        {
            int end = Array.FindIndex(words, start, word => word is "and" or "or");
            end = end < 0 ? words.Length : end;
            if (NounOf(words[start..end]) is { } noun)
            {
                nouns.Add(noun);
            }

            start = end + 1;
        }

        // "A black and white cat" is one cat.
        return nouns.Count > 1 && nouns.Take(nouns.Count - 1).Any(IsColour) ? [nouns[^1]] : [.. nouns.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether two nouns are the same, in whatever number.</summary>
    public static bool AreSame(string first, string second) => EnglishNouns.Singular(first) == EnglishNouns.Singular(second);

    private static string? NounOf(string[] words)
    {
        if (words.Length == 0)
        {
            return null;
        }

        int length = EnglishPhrases.HeadLength(words);
        while (length > 1 && Trailing.Contains(words[length - 1]))
        {
            length--;
        }

        string noun = words[length - 1];
        if (Anybody.Contains(noun) || Anybody.Contains(words[0]))
        {
            return "people";
        }

        return Anything.Contains(EnglishNouns.Singular(noun)) || Anything.Contains(words[0]) && length <= 2 && words[0] is "something" or "anything" or "everything" or "nothing" ? null : noun;
    }

    private static bool IsColour(string word) => word is
        "black" or "white" or "red" or "green" or "blue" or "yellow" or "orange" or "brown" or "grey" or "gray" or "pink" or "purple" or "beige" or "golden" or "silver";
}
