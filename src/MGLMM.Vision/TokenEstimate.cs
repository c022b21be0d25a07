using System.Text;

namespace MGLMM.Vision;

/// <summary>
/// How many tokens a text costs a language model, at most. No vocabulary is loaded: what the byte-level BPE vocabularies of today's
/// models do with English, numbers and JSON is bounded by simple rules, which tests hold against a real tokenizer.
/// </summary>
internal static class TokenEstimate
{
    private const int LettersPerToken = 3;
    private const int DigitsPerToken = 3;

    /// <summary>An upper bound for ordinary text and JSON.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        var tokens = 0;
        var at = 0;
        while (at < text.Length)
        {
            var first = text[at];
            var end = at + 1;
            if (char.IsAsciiLetter(first))
            {
                while (end < text.Length && char.IsAsciiLetter(text[end]))
                {
                    end++;
                }

                tokens += (end - at + LettersPerToken - 1) / LettersPerToken;
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
            else if (char.IsAscii(first))
            {
                tokens++;
            }
            else
            {
                // A byte-level vocabulary never needs more tokens than bytes.
                Rune.DecodeFromUtf16(text[at..], out var rune, out var length);
                tokens += rune.Utf8SequenceLength;
                end = at + length;
            }

            at = end;
        }

        return tokens;
    }
}
