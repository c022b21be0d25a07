using System.Text;
using System.Text.RegularExpressions;

namespace MGLMM.Data.Annotation.Captions;

/// <summary>Reads and writes captions in which each child is tagged, <c>&lt;r3&gt;a red car&lt;/r3&gt;</c>.</summary>
internal static partial class TaggedCaption
{
    /// <summary>A phrase with its tag.</summary>
    public static string Tag(string id, string phrase) => $"<{id}>{phrase}</{id}>";

    /// <summary>The tagged phrases, in the order of the text.</summary>
    public static IReadOnlyList<TaggedPhrase> Phrases(string text) =>
        [.. Tagged().Matches(text).Select(match => new TaggedPhrase(match.Groups[1].Value, match.Groups[2].Value, match.Index, match.Index + match.Length))];

    /// <summary>What is wrong with a caption, said for whoever wrote it; null if every child is named exactly once and nothing else is tagged.</summary>
    public static string? FaultOf(string text, IReadOnlyCollection<string> children)
    {
        IReadOnlyList<TaggedPhrase> phrases = Phrases(text);
        foreach (string child in children)
        {
            int count = phrases.Count(phrase => phrase.Id == child);
            if (count != 1)
            {
                return count == 0 ? $"it does not name {child}" : $"it names {child} {count} times";
            }
        }

        if (phrases.FirstOrDefault(phrase => !children.Contains(phrase.Id)) is { Id: not null } stranger)
        {
            return $"it names {stranger.Id}, which is not there";
        }

        if (phrases.FirstOrDefault(phrase => phrase.Words.Trim().Length == 0) is { Id: not null } empty)
        {
            return $"its phrase of {empty.Id} is empty";
        }

        string rest = Tagged().Replace(text, string.Empty);
        return rest.AsSpan().IndexOfAny('<', '>') >= 0 || text.Contains("[SEG]", StringComparison.Ordinal) ? "it holds mark-up of its own" : null;
    }

    /// <summary>The caption as an answer of the SegCap format, and whom its masks belong to.</summary>
    public static (string Answer, IReadOnlyList<string> Order) ToAnswer(string text)
    {
        (StringBuilder answer, List<string> order, int at) = (new StringBuilder(), new List<string>(), 0);
        foreach (TaggedPhrase phrase in Phrases(text))
        {
            answer.Append(text, at, phrase.Start - at).Append("<p> ").Append(phrase.Words.Trim()).Append(" </p> [SEG]");
            order.Add(phrase.Id);
            at = phrase.End;

            // In the format punctuation stands apart from a [SEG].
            if (at < text.Length && text[at] is ',' or '.' or ';' or ':' or '!' or '?')
            {
                answer.Append(' ');
            }
        }

        return (answer.Append(text, at, text.Length - at).ToString(), order);
    }

    /// <summary>The caption with another phrase for a child.</summary>
    public static string WithPhrase(string text, string id, string phrase) =>
        Tagged().Replace(text, match => match.Groups[1].Value == id ? Tag(id, phrase) : match.Value);

    /// <summary>The text in sentences, with where each begins.</summary>
    public static IEnumerable<(string Text, int Start)> Sentences(string text)
    {
        int start = 0;
        foreach (Match match in SentenceEnd().Matches(text))
        {
            yield return (text[start..(match.Index + match.Length)], start);
            start = match.Index + match.Length;
        }

        if (start < text.Length)
        {
            yield return (text[start..], start);
        }
    }

    [GeneratedRegex(@"<(r\d+)>([^<>]*)</\1>", RegexOptions.CultureInvariant)]
    private static partial Regex Tagged();

    [GeneratedRegex(@"[.!?](?:\s+|$)")]
    private static partial Regex SentenceEnd();
}

/// <summary>A phrase of a caption.</summary>
/// <param name="Id">Whom it names.</param>
/// <param name="Words">How.</param>
/// <param name="Start">Where its tag begins.</param>
/// <param name="End">Where its closing tag ends.</param>
internal readonly record struct TaggedPhrase(string Id, string Words, int Start, int End);
