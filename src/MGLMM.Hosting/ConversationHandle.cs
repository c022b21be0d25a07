using System.Security.Cryptography;

namespace MGLMM.Hosting;

/// <summary>Handles of conversations: short enough for a language model to copy, and never given twice.</summary>
public static class ConversationHandle
{
    private const string Prefix = "c";
    private const int Length = 10;

    // Without vowels and without what looks like something else: no handle reads as a word.
    private const string Letters = "23456789bcdfghjkmnpqrstvwxz";

    /// <summary>A new one, of 47 random bits.</summary>
    public static string New() => Prefix + RandomNumberGenerator.GetString(Letters, Length);

    /// <summary>Whether a text has the form of one, and so can be part of a path.</summary>
    public static bool Is(string text) =>
        text.Length == Prefix.Length + Length && text.StartsWith(Prefix, StringComparison.Ordinal) && text.AsSpan(Prefix.Length).IndexOfAnyExcept(Letters) < 0;
}
