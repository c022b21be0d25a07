using MGLMM.Language;

namespace MGLMM.Vision.Grounding;

/// <summary>Which word of a request a model means that says it does not know one: what it never learnt it may not be able to spell either.</summary>
internal static class UnknownWords
{
    /// <summary>The word as the caller wrote it, where the request tells; else what the model said.</summary>
    /// <param name="said">The word in the model's answer.</param>
    /// <param name="asked">What was asked; null where the tool asked itself.</param>
    /// <param name="unlisted">A noun of the request that the model's card does not list.</param>
    /// <param name="known">Words that the model's card says it knows, in the singular: it means none of these, however alike they are.</param>
    public static string AsAsked(string said, string? asked, string? unlisted, IReadOnlySet<string>? known = null)
    {
        if (asked is null || Says(asked, said))
        {
            return said;
        }

        // As many letters right as wrong make it a slip of the model's; with fewer the card tells.
        string nearest = WordsOf(asked).Where(word => !word.Equals("the", StringComparison.OrdinalIgnoreCase) && known?.Contains(EnglishNouns.Singular(word.ToLowerInvariant())) != true).MinBy(word => Wrong(word, said)) ?? said;
        return Wrong(nearest, said) <= 0.5 ? nearest : unlisted ?? said;
    }

    private static bool Says(string text, string word)
    {
        for (int at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((at == 0 || !char.IsLetter(text[at - 1])) && (at + word.Length == text.Length || !char.IsLetter(text[at + word.Length])))
            {
                return true;
            }
        }

        return false;
    }

    private static string[] WordsOf(string text) =>
        text.Split([.. text.Where(letter => !char.IsLetter(letter) && letter is not ('-' or '\'')).Distinct(), ' '], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The share of letters that have to be changed, put in or left out to make one word of the other.</summary>
    private static double Wrong(string first, string second)
    {
        int[] row = [.. Enumerable.Range(0, second.Length + 1)];
        for (int i = 0; i < first.Length; i++)
        {
            int diagonal = row[0]++;
            for (int j = 0; j < second.Length; j++)
            {
                int changed = diagonal + (char.ToLowerInvariant(first[i]) == char.ToLowerInvariant(second[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(changed, Math.Min(row[j], diagonal) + 1);
            }
        }

        return (double)row[^1] / Math.Max(Math.Max(first.Length, second.Length), 1);
    }
}
