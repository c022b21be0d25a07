using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Requests;

/// <summary>What is to be counted, up to the verb: "people" of "people are standing on the grass".</summary>
/// <param name="Noun">The noun with its attributes.</param>
/// <param name="Rest">What more is said of them, which a count does not check; empty where it says no more than that they are in the picture.</param>
/// <param name="IsPlural">Whether the noun is a plural.</param>
internal sealed partial record CountPhrase(string Noun, string Rest, bool IsPlural)
{
    public static CountPhrase Read(string words)
    {
        string text = Lead().Replace(words.Trim(' ', '.', '?', '!', ','), string.Empty);
        string[] tokens = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int end = tokens.Length;
        for (int index = 1; index < tokens.Length; index++)
        {
            // After a plural comes its verb, unless that is a plural again: "sports cars".
            if (Ends().IsMatch(tokens[index]) || (IsPluralNoun(tokens[index - 1]) && !IsPluralNoun(tokens[index])))
            {
                end = index;
                break;
            }
        }

        string rest = string.Join(' ', tokens[end..]);
        return new CountPhrase(string.Join(' ', tokens[..end]), Trivial().IsMatch(rest) ? string.Empty : rest, end > 0 && IsPluralNoun(tokens[end - 1]));
    }

    private static bool IsPluralNoun(string word) => EnglishNouns.IsPlural(word.ToLowerInvariant());

    [GeneratedRegex(@"^(?:of\s+)?(?:(?:all|the|these|those|every|each|different|pieces?\s+of|items?\s+of)\s+)+", RegexOptions.IgnoreCase)]
    private static partial Regex Lead();

    [GeneratedRegex(@"^(?:are|is|were|was|do|does|did|can|could|have|has|will|would|in|on|at|with|without|near|that|which|who|under|behind|beside|next|left|right|there|here|inside|above|below|between|around|visible|shown|to|from)$", RegexOptions.IgnoreCase)]
    private static partial Regex Ends();

    [GeneratedRegex(@"^(?:(?:(?:are|is)\s+)?there|(?:can|do|could)\s+(?:you|we|i|one)\s+(?:see|find|spot|count)|(?:(?:are|is)\s+)?(?:visible|shown|depicted|here)|(?:(?:are|is)\s+)?(?:in|on)\s+(?:the|this)\s+(?:whole\s+)?(?:image|picture|photo|photograph|scene|drawing|view)|(?:does|do)\s+(?:the|this)\s+(?:image|picture|photo|scene|drawing)\s+(?:have|show)|\s+)*$", RegexOptions.IgnoreCase)]
    private static partial Regex Trivial();
}
