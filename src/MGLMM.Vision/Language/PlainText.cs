using System.Globalization;
using System.Text;

namespace MGLMM.Vision.Language;

/// <summary>Text from models, files and callers, made safe to put into a result: no control characters, and only so long.</summary>
internal static class PlainText
{
    /// <summary>The text without control and invisible formatting characters, cut after that many UTF-16 units.</summary>
    public static string Limit(string text, int maximum)
    {
        StringBuilder clean = new(Math.Min(text.Length, maximum + 1));
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > maximum)
            {
                return clean.Append('…').ToString();
            }

            // Joiners stay: emoji and some scripts need them.
            if (rune.Value is not (0x200C or 0x200D)
                && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                clean.Append(' ');
            }
            else
            {
                clean.Append(rune.ToString());
            }
        }

        return clean.ToString();
    }
}
