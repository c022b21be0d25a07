using System.Collections.Frozen;
using MGLMM.Language;

namespace MGLMM.Vision.Language;

/// <summary>
/// What a question is about: "What is the boy wearing?" is about the boy. English; rules and short lists. Where they are not sure, they say nothing,
/// for a remark about a good answer would be wrong itself.
/// </summary>
/// <param name="Nouns">Its subject's nouns in lower case, as they are written; empty where it has none or may have another.</param>
/// <param name="Kind">What an answer has to do with them.</param>
internal sealed record Question(IReadOnlyList<string> Nouns, QuestionKind Kind)
{
    private static readonly Question OfNothing = new([], QuestionKind.About);

    private static readonly FrozenSet<string> Asking = FrozenSet.Create(StringComparer.Ordinal, "what", "where", "who", "whom", "whose", "which", "why", "when", "how");

    // "Could you please tell me ...": what comes before a question and says nothing of it.
    private static readonly FrozenSet<string> Opening = FrozenSet.Create(
        StringComparer.Ordinal, "please", "now", "so", "and", "but", "ok", "okay", "well", "then", "can you", "could you", "would you", "will you", "do you", "tell me", "tell us", "say", "do you know", "know", "let me know",
        "i want to know", "i would like to know", "i wonder");

    private static readonly FrozenSet<string> Looking = FrozenSet.Create(
        StringComparer.Ordinal, "see", "find", "show", "show me", "show us", "segment", "mark", "highlight", "outline", "locate", "mask", "point to", "point at", "point out", "select", "spot");

    private static readonly FrozenSet<string> Describing = FrozenSet.Create(StringComparer.Ordinal, "describe", "look at", "explain", "tell me about", "tell me more about", "talk about");

    // What one asks for of a thing; an answer need not say the word again.
    private static readonly FrozenSet<string> Aspects = FrozenSet.Create(
        StringComparer.Ordinal,
        "colour", "color", "size", "shape", "type", "kind", "sort", "number", "count", "amount", "name", "position", "location", "place", "direction", "distance", "age", "weather", "scene", "picture",
        "image", "photo", "photograph", "drawing", "painting", "time", "season", "day", "mood", "atmosphere", "setting", "background", "foreground", "style", "purpose", "reason", "difference", "activity", "action", "view",
        "topic", "subject", "text", "material", "relationship", "relation", "use", "way", "rest", "others", "side", "state", "condition", "pattern", "expression", "main");

    private static readonly FrozenSet<string> Kinds = FrozenSet.Create(StringComparer.Ordinal, "kind", "type", "sort", "kinds", "types", "sorts", "colour", "color", "colours", "colors", "size", "shape", "time", "part", "side");

    /// <summary>Reads a question or a request.</summary>
    /// <param name="text">The caller's words.</param>
    /// <param name="knows">Whether a model's card names a noun; tells a noun from an adjective where rules cannot.</param>
    /// <returns>What it is about; null where the text is neither, such as a noun phrase.</returns>
    public static Question? Read(string text, Func<string, bool> knows)
    {
        string[] words = Sentence.First(text);
        int start = After(Opening, words, 0);
        if (start < words.Length && After(Describing, words, start) is int described && described > start)
        {
            return new Question(Usable(NounPhrases.NounsOf(string.Join(' ', words[described..]))), QuestionKind.About);
        }

        if (start < words.Length && After(Looking, words, start) is int looking && looking > start)
        {
            return looking < words.Length && Asking.Contains(words[looking])
                ? Asked(words[looking..], knows)
                : new Question(Usable(NounPhrases.NounsOf(string.Join(' ', words[looking..]))), QuestionKind.Names);
        }

        return start < words.Length && (Asking.Contains(words[start]) || Sentence.IsAuxiliary(words[start])) ? Asked(words[start..], knows) : null;
    }

    private static Question Asked(string[] words, Func<string, bool> knows)
    {
        if (!Asking.Contains(words[0]))
        {
            // "Is there a boy?", "Is the boy asleep?", "Does the boy wear a hat?"
            return words.Length > 2 && words[1] == "there" ? Of(NamedAt(words, 2, knows, toTheEnd: true), QuestionKind.Place) : Of(NamedAt(words, 1, knows, toTheEnd: false), QuestionKind.About);
        }

        bool counts = words[0] == "how" && words.Length > 2 && words[1] == "many";
        if (counts || words[0] == "which")
        {
            int from = counts ? 2 : words.Length > 2 && words[1] == "of" ? 2 : 1;
            int verb = Array.FindIndex(words, from, Sentence.IsAuxiliary);
            return verb > from ? Of(NounPhrases.NounsOf(string.Join(' ', words[from..verb])), QuestionKind.Names)
                : verb < 0 && counts ? Of(NamedAt(["the", .. words[from..]], 0, knows, toTheEnd: false), QuestionKind.Names)
                : OfNothing;
        }

        int auxiliary = Array.FindIndex(words, Sentence.IsAuxiliary);
        if (auxiliary < 0)
        {
            return OfNothing;
        }

        // "... what the boy is wearing": said, not asked, so the subject comes first.
        if (auxiliary > 2 && Sentence.IsDeterminer(words[1]))
        {
            return Of(NounPhrases.NounsOf(string.Join(' ', words[2..auxiliary])), words[0] == "where" ? QuestionKind.Place : QuestionKind.About);
        }

        // "What is the animal on the left?" asks for its name, and "What kind of animal ..." for another word for it.
        bool isForm = Sentence.IsFormOfBe(words[auxiliary]);
        bool names = words[0] is "what" or "who" && auxiliary == 1 && isForm && !words[2..].Any(word => Sentence.IsGoingOn(word) || word is "made" or "called" or "like");
        if (names || (auxiliary > 1 && words[0] == "what" && !Kinds.Contains(words[1])))
        {
            return OfNothing;
        }

        bool toTheEnd = isForm && (words[0] == "where" || auxiliary > 1);
        return Of(NamedAt(words, auxiliary + 1, knows, toTheEnd), words[0] == "where" ? QuestionKind.Place : QuestionKind.About);
    }

    /// <summary>The nouns of the phrase that begins at a word.</summary>
    private static IReadOnlyList<string> NamedAt(string[] words, int start, Func<string, bool> knows, bool toTheEnd)
    {
        if (start >= words.Length || !Sentence.IsDeterminer(words[start]) || (start > 0 && Sentence.IsDeterminer(words[start]) && start + 1 < words.Length && words[start] is "this" or "that" or "these" or "those" && Sentence.IsDeterminer(words[start + 1])))
        {
            return [];
        }

        int first = start;
        while (first < words.Length && Sentence.IsDeterminer(words[first]))
        {
            first++;
        }

        int end = Sentence.EndOfPhrase(words, first);
        if (end - first <= 1 || toTheEnd)
        {
            return end > first ? NounPhrases.NounsOf(string.Join(' ', words[first..end])) : [];
        }

        // "Does the boy wear a hat?", "Is the boat red?": the last word belongs to the phrase or not.
        string[] inside = words[first..end];
        string[] known = [.. inside.Where(knows)];
        bool helped = start > 0 && Sentence.TakesVerb(words[start - 1]);
        bool stands = end < words.Length && Sentence.IsGoingOn(words[end]);
        return stands ? NounPhrases.NounsOf(string.Join(' ', inside))
            : known.Length == 1 ? known
            : helped && (end == words.Length || Sentence.IsDeterminer(words[end])) ? NounPhrases.NounsOf(string.Join(' ', inside[..^1]))
            : EnglishColours.Is(inside[^1]) ? NounPhrases.NounsOf(string.Join(' ', inside[..^1]))
            : [];
    }

    private static Question Of(IReadOnlyList<string> nouns, QuestionKind kind) => Usable(nouns) is { Count: > 0 } usable ? new Question(usable, kind) : OfNothing;

    private static IReadOnlyList<string> Usable(IReadOnlyList<string> nouns) => nouns.Any(noun => Aspects.Contains(EnglishNouns.Singular(noun))) ? [] : nouns;

    /// <summary>The index behind phrases of one kind, the longest first, again and again.</summary>
    private static int After(FrozenSet<string> phrases, string[] words, int start)
    {
        for (int length = Math.Min(5, words.Length - start); length > 0; length--)
        {
            if (phrases.Contains(string.Join(' ', words[start..(start + length)])))
            {
                return After(phrases, words, start + length);
            }
        }

        return start;
    }
}
