using System.Text;

namespace MGLMM.Runtime.Text;

/// <summary>
/// What the official evaluation makes of an answer (<c>postprocess_text</c>): needed to compare with published numbers; people are
/// better served by <see cref="AnswerParser"/>. Both methods take linear time.
/// </summary>
internal static class OfficialCleanText
{
    /// <summary>
    /// The text without <c>&lt;.*?&gt;</c> and <c>[SEG]</c>, white space collapsed, quotes at the ends removed. The space before
    /// punctuation that a removed <c>[SEG]</c> leaves stays.
    /// </summary>
    public static string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string bare = RemoveTags(text).Replace("[SEG]", string.Empty, StringComparison.Ordinal);
        StringBuilder clean = new(bare.Length);
        bool space = false;
        foreach (char c in bare)
        {
            if (PythonWhitespace.Is(c))
            {
                space = clean.Length > 0;
                continue;
            }

            if (space)
            {
                clean.Append(' ');
                space = false;
            }

            clean.Append(c);
        }

        return PythonWhitespace.Trim(clean.ToString().AsSpan().Trim('\'')).ToString();
    }

    /// <summary>The matches of <c>&lt;p&gt;(.*?)&lt;/p&gt;</c>, white space at their ends removed.</summary>
    public static IReadOnlyList<string> Phrases(string text)
    {
        const string Open = "<p>";
        const string Close = "</p>";
        ArgumentNullException.ThrowIfNull(text);
        List<string> phrases = new();
        int position = 0;
        while (Find(text, Open, position) is int open and >= 0 && Find(text, Close, open + Open.Length) is int close and >= 0)
        {
            // As in Python's re, the dot does not match a newline; the search then goes on behind the newline's last <p>.
            int content = open + Open.Length;
            int newline = text.LastIndexOf('\n', close - 1, close - content);
            if (newline >= 0)
            {
                position = newline + 1;
                continue;
            }

            phrases.Add(PythonWhitespace.Trim(text.AsSpan(content, close - content)).ToString());
            position = close + Close.Length;
        }

        return phrases;

        static int Find(string text, string markup, int from) => text.IndexOf(markup, from, StringComparison.Ordinal);
    }

    private static string RemoveTags(string text)
    {
        StringBuilder bare = new(text.Length);
        int close = -1;
        int newline = -1;
        int position = 0;
        while (position < text.Length)
        {
            int open = text.IndexOf('<', position);
            if (open < 0)
            {
                break;
            }

            bare.Append(text, position, open - position);
            position = open;

            // Both are remembered from one '<' to the next, so that the text is searched once and not once per '<'.
            close = NextAt(text, '>', open, close);
            newline = NextAt(text, '\n', open, newline);
            if (close == text.Length)
            {
                break;
            }

            if (newline < close)
            {
                bare.Append(text, open, newline - open);
                position = newline;
            }
            else
            {
                position = close + 1;
            }
        }

        return bare.Append(text, position, text.Length - position).ToString();

        static int NextAt(string text, char c, int from, int known)
        {
            if (known >= from)
            {
                return known;
            }

            int at = text.IndexOf(c, from);
            return at < 0 ? text.Length : at;
        }
    }
}
