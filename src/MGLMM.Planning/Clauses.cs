using System.Text.RegularExpressions;

namespace MGLMM.Planning;

/// <summary>Takes a request apart into what is to be done, one thing after the other.</summary>
internal static partial class Clauses
{
    public static IReadOnlyList<string> Of(string request)
    {
        string text = Courtesy().Replace(Contraction().Replace(request.Trim(), " is"), string.Empty);
        return [.. Cut().Split(text).Select(clause => Lead().Replace(clause.Trim(' ', ',', '.', ';', '\n'), string.Empty).Trim()).Where(clause => clause.Length > 0)];
    }

    [GeneratedRegex(@"(?<=\b(?:what|where|who|how|which|that|there|it))['\u2019]s\b", RegexOptions.IgnoreCase)]
    private static partial Regex Contraction();

    [GeneratedRegex(@"\b(?:please|(?:could|can) you(?!\s+see\b)|would you|will you|i want you to|i would like you to|i'd like you to|for me)\b,?\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Courtesy();

    [GeneratedRegex(@"^(?:and|then|also|finally|next(?!\s+to\b)|after that|first)\b[\s,]*", RegexOptions.IgnoreCase)]
    private static partial Regex Lead();

    // After a comma, "then", "and" or a full stop, but only where something new begins: "the cat and the dog" stays whole.
    private const string Verb =
        "describe|caption|show|find|locate|segment|outline|highlight|mark|cut|crop|blur|count|compare|export|save|render|draw|tell|explain|list|number|"
        + "name|where|what|which|how|who|is|are|does|why|combine|join|remove|label|put|invert|grow|shrink|enlarge|expand|make|the\\s+parts";

    [GeneratedRegex(
        @"(?:[.;!?\n]+(?:\s+|$))|(?:\s*,?\s*(?:and\s+)?(?:then|after\s+that|finally|next(?!\s+to\b))\s+)|(?:\s*,\s*(?:and\s+)?(?=(?:" + Verb + @")\b))|(?:\s+and\s+(?=(?:" + Verb + @")\b))",
        RegexOptions.IgnoreCase)]
    private static partial Regex Cut();
}
