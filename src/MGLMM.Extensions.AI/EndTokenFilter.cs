namespace MGLMM.Extensions.AI;

/// <summary>Takes the end token off a stream of text; everything else, mark-up included, passes as it is.</summary>
internal sealed class EndTokenFilter
{
    private const string EndToken = "</s>";

    private string _held = string.Empty;

    /// <summary>Text without the end token at its end.</summary>
    public static string Without(string text) => text.EndsWith(EndToken, StringComparison.Ordinal) ? text[..^EndToken.Length] : text;

    /// <summary>What may be told once a piece has come; what could be the beginning of the end token is held back.</summary>
    public string Next(string piece)
    {
        string text = _held + piece;
        int told = text.Length - HeldLength(text);
        _held = text[told..];
        return text[..told];
    }

    /// <summary>What is left to tell once the last piece has come.</summary>
    public string End() => Without(_held);

    private static int HeldLength(string text)
    {
        for (int length = Math.Min(EndToken.Length, text.Length); length > 0; length--)
        {
            if (text.AsSpan().EndsWith(EndToken.AsSpan(0, length), StringComparison.Ordinal))
            {
                return length;
            }
        }

        return 0;
    }
}
