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
        IReadOnlyList<string> nouns = terms.Sought?.Nouns ?? [];
        string? unlisted = UnknownTo(card, nouns);
        string? unknown = Denied().Match(answer.Caption) is { Success: true } said
            ? UnknownWords.AsAsked(said.Groups[1].Value.Trim(' ', '"', '\'', '\u201c', '\u201d'), terms.Asked, unlisted, card.Vocabulary?.Concat(card.Meanings?.Keys ?? []).ToHashSet(StringComparer.Ordinal))
            : unlisted;
        (string? wanted, string? found) = Mismatch(card, terms.Sought, answer, phrases);
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

    private static (string? Asked, string? Found) Mismatch(ModelCard card, Sought? sought, GroundedAnswer answer, IReadOnlyList<string?> phrases)
    {
        if (sought is null || sought.Nouns.Count == 0)
        {
            return (null, null);
        }

        List<string> found = new();
        bool all = true, any = false;
        foreach (string? phrase in phrases)
        {
            IReadOnlyList<string> named = phrase is null ? [] : NounPhrases.NounsOf(phrase);
            bool fits = named.Any(noun => IsSought(card, sought, noun));
            (all, any) = (all && (named.Count == 0 || fits), any || fits);
            found.AddRange(named.Select(EnglishNouns.Singular));
        }

        // Where the words speak of it at all, the answer may well be about it.
        bool silent = !any && !EnglishPhrases.WordsOf(answer.Caption).Any(word => IsSought(card, sought, word));
        string? subject = silent && sought.InWords ? Sentence.SubjectOf(answer.Caption, sought.Describes) : null;
        if (subject is not null && !IsPart(answer, subject, sought))
        {
            found = [EnglishNouns.Singular(subject)];
        }
        else if (!(sought.InEachRegion && !all) && !(sought.InRegions && silent && !all))
        {
            return (null, null);
        }

        return (ResultBudget.Text(string.Join(", ", sought.Nouns), 80, MostTokens), ResultBudget.Text(string.Join(", ", found.Distinct(StringComparer.Ordinal)), 160, MostTokens));
    }

    private static bool IsSought(ModelCard card, Sought sought, string noun) =>
        sought.Nouns.Any(wanted => NounPhrases.AreSame(noun, wanted) || Means(card, wanted, noun) || (sought.Describes && Means(card, noun, wanted)));

    /// <summary>Whether the words' subject is itself a part that was found: "The roof is blue" says nothing against a house.</summary>
    private static bool IsPart(GroundedAnswer answer, string subject, Sought sought) =>
        sought.OfParts && answer.Segments.Any(segment => segment.Phrase is { } phrase && NounPhrases.NounsOf(phrase).Any(noun => NounPhrases.AreSame(noun, subject)));

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
