using System.Globalization;
using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>How lines are to look: "in red", "with a line 3 px wide", "each in its own colour".</summary>
/// <param name="Words">What is to be drawn, without these words.</param>
/// <param name="Colour">The colour of all lines; null leaves each region its own.</param>
/// <param name="Width">The width of lines in pixels; null leaves it to the tool.</param>
internal sealed partial record Look(string Words, string? Colour, int? Width)
{
    private const int Thick = 8;
    private const int Thin = 2;

    /// <param name="words">What is to be drawn, with how behind it.</param>
    /// <param name="said">The whole clause, which may say how before it: "a blue box around the rabbit".</param>
    public static Look Read(string words, string? said)
    {
        if (said is null)
        {
            return new Look(words, null, null);
        }

        string rest = words.Trim();
        string how = Before().Match(said).Groups["how"].Value;
        while (Behind().Match(rest) is { Success: true } match)
        {
            how += " " + match.Value;
            rest = rest[..match.Index].TrimEnd(' ', ',');
        }

        string? colour = Colours.In(how) is [{ } first, ..] ? first : null;
        int? width = Pixels().Match(how) is { Success: true } pixels ? WidthOf(pixels.Groups["pixels"].Value)
            : Regex.IsMatch(how, @"\b(?:thick|bold|fat)\b", RegexOptions.IgnoreCase) ? Thick
            : Regex.IsMatch(how, @"\bthin\b", RegexOptions.IgnoreCase) ? Thin : null;
        return new Look(rest, colour, width);
    }

    /// <summary>A width as it was said, for the tool refuses one that is too wide and says how wide a line may be; null where it is none.</summary>
    private static int? WidthOf(string digits) => !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int width) ? int.MaxValue : width > 0 ? width : null;

    public override string ToString() => (Colour, Width) switch
    {
        (null, null) => string.Empty,
        (_, null) => $" in {Colour}",
        (null, _) => $" with a line {Sentences.Pixels(Width.Value)} wide",
        _ => $" in {Colour}, with a line {Sentences.Pixels(Width.Value)} wide",
    };

    private const string Line = @"(?:out)?(?:lines?|strokes?|contours?|borders?|pens?|edges?|frames?|colou?rs?|ink|marker)";

    private const string How = @"(?:(?:thick|thin|bold|fat|bright|dark|light|solid|" + Colours.Words + @"|\d+\s*-?\s*(?:px|pixels?)(?:\s*-?\s*(?:wide|thick))?)\s*,?\s*(?:and\s+)?)+";

    [GeneratedRegex(@"^(?:put|draw|make|trace|add|place)\s+(?<how>.*?)\s*(?:a?round|of|on|over)\s", RegexOptions.IgnoreCase)]
    private static partial Regex Before();

    [GeneratedRegex(
        @"(?:\s*,\s*|\s+)(?:and\s+)?(?:in|with|using|by)\s+(?:an?\s+|the\s+)?" + How + "(?:" + Line + @")?$|(?:\s*,\s*|\s+)(?:and\s+)?(?:an?\s+|the\s+)?" + How + Line + "$"
        + @"|(?:\s*,\s*|\s+)(?:and\s+)?(?:with\s+|using\s+)?(?:an?\s+|the\s+)?" + Line + @"\s+(?:width\s+)?(?:of\s+|is\s+)?\d+\s*-?\s*(?:px|pixels?)(?:\s+(?:wide|thick|in\s+width))?$"
        + @"|(?:\s*,\s*|\s+)(?:each\s+(?:one\s+)?)?(?:in|with)\s+(?:an?\s+|its\s+|their\s+)?(?:own|different|separate|distinct)\s+colou?rs?(?:\s+of\s+(?:its|their)\s+own)?$|(?:\s*,\s*|\s+)each\s+(?:one\s+)?in\s+an?\s+(?:different\s+)?colou?r(?:\s+of\s+(?:its|their)\s+own)?$|\s+in\s+(?:different|separate)\s+colou?rs$|\s+(?:as|in|with)\s+(?:separate|individual|different|two|three)\s+(?:masks|regions|areas)$|\s+of\s+(?:its|their)\s+own$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Behind();

    [GeneratedRegex(@"(?<![\d.])(?<pixels>\d+)\s*-?\s*(?:px|pixels?)", RegexOptions.IgnoreCase)]
    private static partial Regex Pixels();
}
