using System.Globalization;
using System.Text;

namespace MGLMM.Vision.Language;

/// <summary>
/// How many tokens a text costs a language model, at most. No vocabulary is loaded: what the byte-level BPE vocabularies of today's
/// models do with English, numbers and JSON is bounded by simple rules, which tests hold against a real tokenizer.
/// </summary>
internal static class TokenEstimate
{
    private const int LettersPerToken = 4;
    private const int DigitsPerToken = 3;

    /// <summary>What <c>\uD83C</c> costs.</summary>
    private const int EscapeTokens = 4;

    /// <summary>
    /// Which letters often follow which in the words of a vocabulary (bit b of row a: letter a, then letter b). A word with a pair that is
    /// not among them is split there; that is what makes random letters dear.
    /// </summary>
    private static ReadOnlySpan<uint> CommonPairs =>
    [
        0x17EBDEF, 0x0164911, 0x11E4D95, 0x0164919, 0x3FFFDFF, 0x01A4931, 0x01669D1, 0x01A4111, 0x22EFE7F, 0x0104011, 0x01C4111, 0x11C4919, 0x014D113,
        0x13C657D, 0x17EFD7F, 0x01EC991, 0x0100000, 0x13EFD7D, 0x11CDD95, 0x11E4995, 0x00EB97F, 0x0004111, 0x0046191, 0x0088100, 0x0048011, 0x0000111,
    ];

    /// <summary>An upper bound for ordinary text and JSON.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        int tokens = 0;
        int at = 0;
        while (at < text.Length)
        {
            char first = text[at];
            int end = at + 1;
            if (char.IsAsciiLetter(first))
            {
                end = at + WordLength(text[at..]);
                tokens += OfWord(text[at..end]);
            }
            else if (char.IsAsciiDigit(first))
            {
                while (end < text.Length && char.IsAsciiDigit(text[end]))
                {
                    end++;
                }

                tokens += (end - at + DigitsPerToken - 1) / DigitsPerToken;
            }
            else if (first == ' ')
            {
                // A blank joins the word behind it.
                tokens += end < text.Length && char.IsAsciiLetter(text[end]) ? 0 : 1;
            }
            else if (IsJsonMark(first))
            {
                // The joints of JSON, such as "," and ":[, come in pairs.
                while (end < text.Length && IsJsonMark(text[end]))
                {
                    end++;
                }

                tokens += ((end - at) / 2) + 1;
            }
            else if (char.IsAscii(first))
            {
                tokens++;
            }
            else
            {
                // A byte-level vocabulary never needs more tokens than bytes; but what JSON writers escape always (emoji, whatever encoder
                // they have) costs two a byte.
                Rune.DecodeFromUtf16(text[at..], out Rune rune, out int length);
                tokens += IsAlwaysEscaped(rune) ? EscapeTokens * length : rune.Utf8SequenceLength;
                end = at + length;
            }

            at = end;
        }

        return tokens;
    }

    private static bool IsAlwaysEscaped(Rune rune) =>
        !rune.IsBmp || Rune.GetUnicodeCategory(rune) is UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    private static bool IsJsonMark(char letter) => letter is '"' or ':' or ',' or '{' or '}' or '[' or ']';

    /// <summary>Capitals and then small letters: vocabularies split "camelCase" between the two.</summary>
    private static int WordLength(ReadOnlySpan<char> text)
    {
        int end = 0;
        while (end < text.Length && char.IsAsciiLetterUpper(text[end]))
        {
            end++;
        }

        while (end < text.Length && char.IsAsciiLetterLower(text[end]))
        {
            end++;
        }

        return end;
    }

    private static int OfWord(ReadOnlySpan<char> word)
    {
        int capitals = 0;
        while (capitals < word.Length && char.IsAsciiLetterUpper(word[capitals]))
        {
            capitals++;
        }

        int tokens = 0;
        if (capitals > 1)
        {
            // Few words in capitals are known.
            tokens = capitals - (capitals / 4);
            word = word[capitals..];
        }

        tokens += (word.Length + LettersPerToken - 1) / LettersPerToken;
        for (int index = 0; index + 1 < word.Length; index++)
        {
            if ((CommonPairs[Number(word[index])] >> Number(word[index + 1]) & 1) == 0)
            {
                tokens++;
            }
        }

        return tokens;

        static int Number(char letter) => (letter | 0x20) - 'a';
    }
}
