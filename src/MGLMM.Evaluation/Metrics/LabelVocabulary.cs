using System.Collections.Frozen;
using MGLMM.Evaluation.Captions;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// Finds which label a phrase is about: the one that is the whole phrase ("man in black", where that is a label); else the last one of the words before the first
/// preposition ("the wooden seat of the chair" is about the seat, "a man in a red shirt" about the man), the longer one of two that end together ("a pine tree"), else
/// the last one of the whole phrase. A number that tells repeats apart ("person-1") is no part of the name, unless a label has it. Labels of the same words
/// ("The man", "the man") are one, called as the first of them. Immutable.
/// </summary>
internal sealed class LabelVocabulary
{
    private static readonly FrozenSet<string> Prepositions = FrozenSet.Create(
        StringComparer.Ordinal,
        "of", "in", "inside", "on", "with", "without", "to", "at", "near", "next", "by", "from", "behind", "under", "below", "above", "over", "between", "beside", "before", "that", "which", "who");

    private readonly (string Label, string[] Words)[] _labels;
    private readonly FrozenDictionary<string, string> _byWords;

    public LabelVocabulary(IEnumerable<string> labels)
    {
        // A label without words names nothing.
        _labels = [.. labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(label => (Label: label, Words: WordsOf(label)))
            .Where(entry => entry.Words.Length > 0).DistinctBy(entry => KeyOf(entry.Words), StringComparer.Ordinal)];
        _byWords = _labels.ToFrozenDictionary(entry => KeyOf(entry.Words), entry => entry.Label, StringComparer.Ordinal);
    }

    /// <summary>The label of a phrase; null where it holds none.</summary>
    public string? Of(string? phrase)
    {
        if (phrase is null)
        {
            return null;
        }

        string[] words = WordsOf(phrase);
        if (Whole(words) is { } whole)
        {
            return whole;
        }

        int head = Array.FindIndex(words, Prepositions.Contains);
        return (head > 0 ? Last(words.AsSpan(0, head)) : null) ?? Last(words);
    }

    /// <summary>What a thing of the truth is called, so that it compares with what <see cref="Of"/> says of an answer.</summary>
    public string OfTruth(string label) => Of(label) ?? label;

    private string? Whole(string[] words) =>
        _byWords.GetValueOrDefault(KeyOf(words)) ?? (RepeatNumbers.Without(words) is { } unnumbered ? _byWords.GetValueOrDefault(KeyOf(unnumbered)) : null);

    private string? Last(ReadOnlySpan<string> words)
    {
        (string? label, int end) = LastAndEnd(words);
        return (end < words.Length && RepeatNumbers.Without(words) is { } unnumbered ? LastAndEnd(unnumbered).Label : null) ?? label;
    }

    /// <summary>The label that ends last, and behind which word; 0 where there is none.</summary>
    private (string? Label, int End) LastAndEnd(ReadOnlySpan<string> words)
    {
        (string? best, int length, int end) = (default(string), 0, 0);
        foreach ((string label, string[] sought) in _labels)
        {
            for (int at = words.Length - sought.Length; at >= 0; at--)
            {
                if (words.Slice(at, sought.Length).SequenceEqual(sought))
                {
                    if (at + sought.Length > end || (at + sought.Length == end && sought.Length > length))
                    {
                        (best, length, end) = (label, sought.Length, at + sought.Length);
                    }

                    break;
                }
            }
        }

        return (best, end);
    }

    private static string KeyOf(string[] words) => string.Join(' ', words);

    private static string[] WordsOf(string text) =>
    [
        .. text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Trim('.', ',', ';', ':', '!', '?', '"', '\''))
            .Where(word => word.Length > 0),
    ];
}
