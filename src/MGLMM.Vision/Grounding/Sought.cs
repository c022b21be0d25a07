using MGLMM.Language;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Grounding;

/// <summary>The thing that an answer should be about, and where in the answer that shows.</summary>
/// <param name="Nouns">Its nouns, as they were written.</param>
internal sealed record Sought(IReadOnlyList<string> Nouns)
{
    /// <summary>Whether every region should be one of them, as with a noun phrase.</summary>
    public bool InEachRegion { get; private init; }

    /// <summary>Whether a region or the words should speak of one of them.</summary>
    public bool InRegions { get; private init; }

    /// <summary>Whether the answer's subject should be one of them, where its words do not speak of them at all.</summary>
    public bool InWords { get; private init; }

    /// <summary>Whether the words describe what was shown, so that "a red boat" alone is about the boat.</summary>
    public bool Describes { get; private init; }

    /// <summary>Whether parts of it are wanted, which the answer may speak of instead.</summary>
    public bool OfParts { get; private init; }

    /// <summary>What a phrase, a request or a question that wants regions seeks: "the boys", "Show me the boys", "Where are the boys?".</summary>
    /// <param name="text">The caller's words.</param>
    /// <param name="card">The model's card.</param>
    public static Sought Referred(string text, ModelCard card) => Question.Read(text, Knows(card)) switch
    {
        null => new Sought(NounPhrases.NounsOf(text)) { InEachRegion = true },
        { Kind: QuestionKind.About } about => new Sought(about.Nouns) { InWords = true },
        { } named => new Sought(named.Nouns) { InRegions = true, InWords = true },
    };

    /// <summary>What a question is about.</summary>
    /// <param name="text">The caller's words.</param>
    /// <param name="card">The model's card.</param>
    /// <param name="wantsRegions">Whether the answer is wanted as regions: "Where is the boy?" then means the boy, and not where he is.</param>
    public static Sought? Asked(string text, ModelCard card, bool wantsRegions) => Question.Read(text, Knows(card)) is not { Nouns.Count: > 0 } question ? null
        : new Sought(question.Nouns) { InRegions = question.Kind == QuestionKind.Names || (wantsRegions && question.Kind == QuestionKind.Place), InWords = true };

    /// <summary>A region that is described in words.</summary>
    /// <param name="phrase">What it is called; null where it has no words.</param>
    /// <param name="card">The model's card.</param>
    public static Sought? Described(string? phrase, ModelCard card) =>
        phrase is null ? null : new Sought(Question.Read(phrase, Knows(card))?.Nouns ?? NounPhrases.NounsOf(phrase)) { InWords = true, Describes = true };

    /// <summary>An object whose parts are wanted: "the house has a roof".</summary>
    /// <param name="phrase">What it is called.</param>
    public static Sought Whole(string phrase) => new(NounPhrases.NounsOf(phrase)) { InWords = true, OfParts = true };

    private static Func<string, bool> Knows(ModelCard card) => word => card.Vocabulary is { } known && known.Contains(EnglishNouns.Singular(word));
}
