using System.Globalization;

namespace MGLMM.Data.Text;

/// <summary>Where a name stands in a text as words of its own: <c>car</c> in "a red car", and neither in "scarf" nor in "cable-car".</summary>
internal static class WholeWords
{
    /// <summary>What may follow a name within its word: the word is marked whole, since a half of it is none.</summary>
    private static readonly string[] Endings = [string.Empty, "s", "es", "'s", "\u2019s"];

    /// <summary>The places, in their order.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">The name; one without a character stands nowhere.</param>
    /// <param name="comparison">Whether case counts.</param>
    /// <returns>Start and end of each, with the name's ending where it has one there.</returns>
    public static IEnumerable<(int Start, int End)> Of(string text, string name, StringComparison comparison)
    {
        for (int at = name.Length == 0 ? -1 : text.IndexOf(name, comparison); at >= 0; at = at + 1 < text.Length ? text.IndexOf(name, at + 1, comparison) : -1)
        {
            int end = at + name.Length;
            string? ending = IsWithin(text, at) ? null : Array.Find(Endings, follows => text.AsSpan(end).StartsWith(follows, comparison) && !IsWithin(text, end + follows.Length));
            if (ending is not null)
            {
                yield return (at, end + ending.Length);
            }
        }
    }

    /// <summary>Whether a word goes on from before a place to behind it. A hyphen or an apostrophe joins letters, a point or a comma figures.</summary>
    private static bool IsWithin(string text, int at)
    {
        if (at == 0 || at == text.Length)
        {
            return false;
        }

        return (IsOfWord(text[at - 1]) && IsOfWord(text[at]))
            || (at + 1 < text.Length && Joins(text[at - 1], text[at], text[at + 1]))
            || (at > 1 && Joins(text[at - 2], text[at - 1], text[at]));
    }

    private static bool Joins(char before, char sign, char after) => sign switch
    {
        '-' or '\'' or '\u2019' => IsOfWord(before) && IsOfWord(after),
        '.' or ',' => char.IsDigit(before) && char.IsDigit(after),
        _ => false,
    };

    private static bool IsOfWord(char character) =>
        char.IsLetterOrDigit(character) || char.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
