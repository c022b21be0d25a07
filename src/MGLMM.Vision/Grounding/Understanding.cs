using System.Text.RegularExpressions;
using MGLMM.Language;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Grounding;

/// <summary>Whether a model can have understood what it was asked, and whether what it found is what was asked for.</summary>
/// <param name="Asked">The noun that was asked for, where something else was found.</param>
/// <param name="Found">What was found instead.</param>
/// <param name="UnknownWord">A word that the model does not know.</param>
/// <param name="Note">What to say of it.</param>
internal sealed partial record Understanding(string? Asked, string? Found, string? UnknownWord, string? Note)
{
    private const int MostTokens = 40;

    /// <summary>Whether an answer without regions says nothing about the picture.</summary>
    public bool IsDoubtful { get; private init; }

    /// <summary>Compares question and answer.</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="terms">What was asked.</param>
    /// <param name="answer">What the model said.</param>
    /// <param name="phrases">What the regions are called.</param>
    public static Understanding Of(ModelCard card, FindingTerms terms, GroundedAnswer answer, IReadOnlyList<string?> phrases)
    {
        IReadOnlyList<string> nouns = terms is { NamesThing: true, Asked: { } asked } ? NounPhrases.NounsOf(asked) : [];
        string? unknown = Denied().Match(answer.Caption) is { Success: true } said ? said.Groups[1].Value.Trim(' ', '"', '\'', '\u201c', '\u201d') : UnknownTo(card, nouns);
        (string? wanted, string? found) = Mismatch(card, nouns, phrases);
        string? language = terms.Asked is null ? null : LanguageGuess.Unread(terms.Asked, card.Languages);
        string? note = language is not null ? $"The model reads {string.Join(", ", card.Languages.Take(6))} only, and this looks like {language}: ask in {card.Languages[0]}."
            : unknown is null ? null
            : phrases.Count == 0 ? "This says nothing about the picture: the model does not know the word. Use a word that it knows, or tell the user so."
            : "The model does not know the word; what it found may be something else.";
        return new Understanding(wanted, found, unknown is null ? null : ResultBudget.Text(unknown, 60, MostTokens), note) { IsDoubtful = unknown is not null || language is not null };
    }

    private static string? UnknownTo(ModelCard card, IReadOnlyList<string> nouns) => card.Vocabulary is not { Count: > 0 } known ? null : nouns.FirstOrDefault(noun =>
    {
        string singular = EnglishNouns.Singular(noun);

        // "Train station" may be known as a whole.
        return !known.Any(word => word == singular || word == noun || word.EndsWith(" " + singular, StringComparison.Ordinal));
    });

    private static (string? Asked, string? Found) Mismatch(ModelCard card, IReadOnlyList<string> nouns, IReadOnlyList<string?> phrases)
    {
        if (nouns.Count == 0)
        {
            return (null, null);
        }

        List<string> found = new();
        bool differs = false;
        foreach (string? phrase in phrases)
        {
            IReadOnlyList<string> named = phrase is null ? [] : NounPhrases.NounsOf(phrase);
            differs |= named.Count > 0 && !named.Any(noun => nouns.Any(wanted => NounPhrases.AreSame(noun, wanted) || Means(card, wanted, noun)));
            found.AddRange(named.Select(EnglishNouns.Singular));
        }

        return differs
            ? (ResultBudget.Text(string.Join(", ", nouns), 80, MostTokens), ResultBudget.Text(string.Join(", ", found.Distinct(StringComparer.Ordinal)), 160, MostTokens))
            : (null, null);
    }

    /// <summary>Whether the model's card says that a noun stands for another: an animal that was asked for and the dog that was found.</summary>
    private static bool Means(ModelCard card, string wanted, string found)
    {
        if (card.Meanings is not { Count: > 0 } meanings)
        {
            return false;
        }

        string singular = EnglishNouns.Singular(found);
        return new[] { wanted, EnglishNouns.Singular(wanted) }.Any(word => meanings.TryGetValue(word, out IReadOnlyList<string>? covered) && covered.Any(kind => kind == singular || kind == found || kind.EndsWith(" " + singular, StringComparison.Ordinal)));
    }

    /// <summary>How a model says that it does not know a word; a fixed shape.</summary>
    [GeneratedRegex(@"^\s*I do not know the words? (.{1,80}?)\s*\.", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Denied();
}
