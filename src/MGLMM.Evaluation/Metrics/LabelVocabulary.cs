using System.Collections.Frozen;
using MGLMM.Evaluation.Captions;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// Finds which label a phrase is about: the last one of the words before the first preposition ("the wooden seat of the chair" is
/// about the seat, "a man in a red shirt" about the man), the longer one of two that end together ("a pine tree"), else the last one
/// of the whole phrase. A number that tells repeats apart ("person-1") is no part of the name, unless a label has it. Immutable.
/// </summary>
internal sealed class LabelVocabulary
{
    private static readonly FrozenSet<string> Prepositions = FrozenSet.Create(
        StringComparer.Ordinal,
        "of", "in", "inside", "on", "with", "without", "to", "at", "near", "next", "by", "from", "behind", "under", "below", "above", "over", "between", "beside", "before", "that", "which", "who");

    private readonly (string Label, string[] Words)[] _labels;

    public LabelVocabulary(IEnumerable<string> labels) =>
        _labels = [.. labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(label => (label, WordsOf(label)))];

    /// <summary>The label of a phrase; null where it holds none.</summary>
    public string? Of(string? phrase)
    {
        if (phrase is null)
        {
            return null;
        }

        string[] words = WordsOf(phrase);
        int head = Array.FindIndex(words, Prepositions.Contains);
        return (head > 0 ? Last(words.AsSpan(0, head)) : null) ?? Last(words);
    }

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

    private static string[] WordsOf(string text) =>
    [
        .. text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Trim('.', ',', ';', ':', '!', '?', '"', '\''))
            .Where(word => word.Length > 0),
    ];
}
