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

    // General words for what the others are.
    private static readonly FrozenSet<string> AnyPerson = FrozenSet.Create(StringComparer.Ordinal, "person", "human", "individual", "figure", "somebody", "someone");

    private static readonly FrozenSet<string> SomePerson = FrozenSet.Create(
        StringComparer.Ordinal, "man", "woman", "boy", "girl", "child", "kid", "baby", "adult", "lady", "gentleman", "guy", "player", "rider", "worker", "pedestrian", "cyclist", "driver", "tourist", "skier", "surfer");

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
        return nouns.Count > 1 && nouns.Take(nouns.Count - 1).Any(EnglishColours.Is) ? [nouns[^1]] : [.. nouns.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether two nouns are the same, in whatever number, or one is a man and the other a person.</summary>
    public static bool AreSame(string first, string second)
    {
        (string one, string other) = (EnglishNouns.Singular(first), EnglishNouns.Singular(second));
        return one == other || (AnyPerson.Contains(one) && SomePerson.Contains(other)) || (SomePerson.Contains(one) && AnyPerson.Contains(other)) || (AnyPerson.Contains(one) && AnyPerson.Contains(other));
    }

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
}
