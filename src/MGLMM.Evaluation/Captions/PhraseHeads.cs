namespace MGLMM.Evaluation.Captions;

/// <summary>What a phrase is about: its words before the first preposition, and the longest ends of these.</summary>
internal static class PhraseHeads
{
    private static readonly string[] Prepositions = ["of", "in", "on", "with", "at", "from", "near", "beside", "behind", "under", "to", "that", "which", "who"];

    /// <summary>The words before the first preposition, in lower case.</summary>
    public static string[] Words(string phrase)
    {
        string[] words = [.. CaptionTokens.Of(phrase)];
        int end = Array.FindIndex(words, word => Prepositions.Contains(word, StringComparer.Ordinal));
        return end > 0 ? words[..end] : words;
    }

    /// <summary>All that the head may be called: "pine tree", then "tree" of "a green pine tree"; of "person-1" also "person".</summary>
    public static IEnumerable<string> Names(string phrase)
    {
        string[] words = Words(phrase);
        return Ends(words).Concat(Ends(RepeatNumbers.Without(words) ?? []));
    }

    private static IEnumerable<string> Ends(string[] words) => Enumerable.Range(0, words.Length).Select(start => string.Join(' ', words[start..]));
}
