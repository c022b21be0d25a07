using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Steps;

/// <summary>Colours, as models name things by them.</summary>
internal static partial class Colours
{
    /// <summary>All of <see cref="EnglishColours"/>, as alternatives of a regular expression.</summary>
    public const string Words = "red|orange|yellow|green|blue|purple|pink|white|black|gr[ae]y|brown|violet|beige|golden|silver|turquoise";

    /// <summary>The colours among words, "gray" as "grey".</summary>
    public static string[] In(string words) => [.. EnglishPhrases.WordsOf(words).Where(EnglishColours.Is).Select(EnglishColours.Usual).Distinct()];

    /// <summary>The colour that "everything green", "the green things", "anything that is green" ask for; null where words are no such thing.</summary>
    public static string? OfAnything(string words) => Anything().Match(words.Trim(' ', '.', '?', '!')) is { Success: true } match ? In(match.Groups["colour"].Value)[0] : null;

    [GeneratedRegex(
        @"^(?:the\s+)?(?:everything|anything|something|whatever|(?:(?:all|every|each)\s+)?(?:(?:of\s+)?the\s+)?(?:things?|objects?|parts?|regions?|areas?)|all)(?:\s+(?:that|which))?(?:\s+(?:is|are))?(?:\s+coloured)?\s+(?:in\s+)?(?<colour>" + Words + @")(?:\s+(?:things?|objects?))?(?:\s+in\s+(?:the|this)\s+(?:picture|image|photo|scene))?$"
        + @"|^(?:(?:all|every|each|any|some)\s+(?:of\s+)?)?(?:the\s+|an?\s+)?(?<colour>" + Words + @")\s+(?:things?|objects?|stuff|areas?|parts?)(?:\s+in\s+(?:the|this)\s+(?:picture|image|photo|scene))?$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Anything();
}
