using System.Text.RegularExpressions;
using MGLMM.Evaluation.Captions;

namespace MGLMM.Evaluation.Metrics;

/// <summary>The words of an answer with markup.</summary>
internal static partial class AnswerText
{
    /// <summary>The text without markup.</summary>
    public static string Plain(string text) => string.Join(' ', Markup().Replace(text, " ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        .Replace(" .", ".", StringComparison.Ordinal)
        .Replace(" ,", ",", StringComparison.Ordinal);

    /// <summary>The text's words, without markup and punctuation, in lower case.</summary>
    public static IReadOnlyList<string> Words(string text) => CaptionTokens.Of(Plain(text));

    /// <summary>The phrases between <c>&lt;p&gt;</c> and <c>&lt;/p&gt;</c>, as <see cref="Words"/> joined by spaces.</summary>
    public static IReadOnlyList<string> Phrases(string text) => Phrases(text, []);

    /// <summary><see cref="SaidPhrases"/>, as <see cref="Words"/> joined by spaces.</summary>
    public static IReadOnlyList<string> Phrases(string text, IReadOnlyList<string?> called) => [.. SaidPhrases(text, called).Select(phrase => string.Join(' ', Words(phrase)))];

    /// <summary>The phrases as they were said; in the place of one without words, what the mask of that place is called besides, as official answers may list phrases that their captions lack.</summary>
    /// <param name="text">The answer.</param>
    /// <param name="called">What each mask is called.</param>
    public static IReadOnlyList<string> SaidPhrases(string text, IReadOnlyList<string?> called) =>
        [.. Phrase().Matches(text).Select(match => match.Groups[1].Value.Trim()).Select((phrase, index) => phrase.Length == 0 && index < called.Count ? called[index] ?? phrase : phrase)];

    [GeneratedRegex("<p>(.*?)</p>", RegexOptions.Singleline)]
    internal static partial Regex Phrase();

    [GeneratedRegex(@"</?p>|</?s>|\[SEG\]", RegexOptions.NonBacktracking)]
    private static partial Regex Markup();
}
