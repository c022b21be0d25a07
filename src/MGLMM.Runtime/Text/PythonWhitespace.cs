namespace MGLMM.Runtime.Text;

/// <summary>
/// What Python's <c>str.isspace</c>, <c>str.strip</c> and <c>str.split</c> call whitespace; .NET does not count U+001C to U+001F.
/// </summary>
internal static class PythonWhitespace
{
    public static bool Is(char c) => c is >= '\u001c' and <= '\u001f' || char.IsWhiteSpace(c);

    public static ReadOnlySpan<char> TrimStart(ReadOnlySpan<char> text)
    {
        int start = 0;
        while (start < text.Length && Is(text[start]))
        {
            start++;
        }

        return text[start..];
    }

    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        int end = text.Length;
        while (end > 0 && Is(text[end - 1]))
        {
            end--;
        }

        return text[..end];
    }

    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text) => TrimEnd(TrimStart(text));
}
