using System.Text.RegularExpressions;

namespace MGLMM.Evaluation.Captions;

/// <summary>
/// Words of a caption much as COCO's caption evaluation gets them from the Penn Treebank tokenizer: lower case, no punctuation, a
/// hyphenated word is one, and what English joins with an apostrophe is taken apart (<c>it's</c> becomes <c>it</c> and <c>'s</c>,
/// <c>don't</c> becomes <c>do</c> and <c>n't</c>). <c>%</c>, <c>$</c>, <c>&amp;</c> and <c>/</c> are words, as they are there.
/// </summary>
internal static partial class CaptionTokens
{
    private static readonly string[] Clitics = ["n't", "'s", "'re", "'ve", "'ll", "'d", "'m"];

    public static IReadOnlyList<string> Of(string text)
    {
        List<string> tokens = new();
        foreach (ValueMatch match in Word().EnumerateMatches(text))
        {
            string word = text.Substring(match.Index, match.Length).ToLowerInvariant().Replace('\u2019', '\'');
            string? clitic = Array.Find(Clitics, ending => word.Length > ending.Length && word.EndsWith(ending, StringComparison.Ordinal));
            tokens.Add(clitic is null ? word : word[..^clitic.Length]);
            if (clitic is not null)
            {
                tokens.Add(clitic);
            }
        }

        return tokens;
    }

    [GeneratedRegex(@"\p{N}+(?:[.,]\p{N}+)+|[\p{L}\p{M}\p{N}]+(?:['\u2019-][\p{L}\p{M}\p{N}]+)*|[%$&/]")]
    private static partial Regex Word();
}
