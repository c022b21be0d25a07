using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning;

/// <summary>
/// Makes whole the "ones" of a choice, which are of the kind that the question names: "which kid is bigger, the one in the green cap or the other one" is
/// "which is bigger, the kid in the green cap or the other kid".
/// </summary>
internal static partial class Alternatives
{
    public static string Whole(string clause)
    {
        if (Choice().Match(clause) is not { Success: true } choice)
        {
            return clause;
        }

        string noun = EnglishPhrases.Singular(choice.Groups["noun"].Value);
        string[] ones = [choice.Groups["a"].Value, choice.Groups["b"].Value];
        if (!ones.Any(one => One().IsMatch(one)) && !Bare().IsMatch(ones[0]))
        {
            return clause;
        }

        string[] named = [.. ones.Select(one => One().IsMatch(one) ? One().Replace(one, $" {noun}", 1) : Bare().IsMatch(one) ? $"{one} {noun}" : one)];
        string asked = choice.Groups["near"].Success ? $"is {choice.Groups["word"].Value} to {choice.Groups["to"].Value}" : choice.Groups["asked"].Value;
        return $"which {asked}, {named[0]} or {named[1]}";
    }

    private const string Which = @"^(?:which|what)\s+(?:one\s+of\s+|of\s+)?(?:the\s+)?(?:two\s+|three\s+)?(?<noun>(?!one\b|thing\b|is\b|are\b|has\b|takes\b|covers\b)[\w-]+(?:\s+(?!is\b|are\b)[\w-]+)?)\s+";

    [GeneratedRegex(Which + @"(?:is\s+(?<to>(?:the|an?|this|that|it|m\d)\b.*?)\s+(?<near>(?<word>closer|nearer|closest|nearest))(?:\s+to)?|(?<asked>(?:is|has|hangs|stands|takes|covers)\b[^,:]*?))\s*[,:]\s*(?<a>the\s+[^,]+?)\s*,?\s+or\s+(?<b>the\s+.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Choice();

    [GeneratedRegex(@"(?<=\bthe(?:\s+[\w-]+){0,2})\s+ones?\b", RegexOptions.IgnoreCase)]
    private static partial Regex One();

    // "The pink or the white one".
    [GeneratedRegex(@"^the\s+(?:" + Colours.Words + "|left|right|upper|lower|other|bigger|smaller|first|second)$", RegexOptions.IgnoreCase)]
    private static partial Regex Bare();
}
