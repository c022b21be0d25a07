using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Questions about what can be seen, which the vision model answers; the answer is told as its own.</summary>
internal static partial class QuestionRequest
{
    /// <summary>The rows of questions, for the end of the table.</summary>
    public static IReadOnlyList<RequestPattern> Patterns { get; } =
    [
        new("What could keep you dry?", @"^(?:what|which|where)\b.*\b(?:could|can|would|should|might|may)\b(?!.*\b(?:you|i|we|one)\s+(?:see|tell|say|call|name|describe|title|find|think)\b)(?!.*\bbe\b).*$|^what\s+(?:is|are)\s+(?:\w+\s+){0,4}(?:for|used\s+to)\s+\w+(?:\s+\w+){0,3}$", Reason),
        new("What shape is the sun?", @"^(?:what|which)\s+(?:shape|kind\s+of\s+(?:\w+)|sort\s+of\s+(?:\w+)|type\s+of\s+(?:\w+))\s+(?:is|are)\s+.+$|^(?:what|which)\s+(?:animal|vehicle|fruit|toy|plant|thing|object|building)\s+is\s+(?:it|this|that|the)\b.*$", Ask),
        new("Is the house old?", @"^(?:is|are|was|were|has|have|does|do)\s+(?:the|this|that|these|those|it|they|he|she|all|some|an?|m\d+)\b.+$", Ask),
        new("What is hanging from the tree?", @"^(?:what|who)\s+(?:is|are)\s+(?!.*\b(?:names?|called|doing|saying|thinking|feeling|made)\b).+$", Ask),
        new("What hangs from the tree?", @"^(?:what|who)\s+(?:lies|lie|stands|stand|sits|sit|hangs|hang|flies|fly|swims|swim|grows|grow|floats|float|drives|drive)\s+.+$", Ask),
        new("What does the boy hold?", @"^(?:what|who)\s+(?:does|do|has|have)\s+(?:the|this|that|these|those|it|they|he|she|m\d+)\b.+$", Ask),
    ];

    public static IEnumerable<IReadOnlyList<PlannedCall>> Reason(Match match, PlanContext context)
    {
        PlannedCall answer = PlannedCall.Reason(context.Image, Question(match));
        yield return [answer];
        context.PointAtSet(answer);
        if (NoAnswer(answer, string.Empty) is { } why)
        {
            context.Say(why);
            context.Lose();
        }
        else if (context.Tell(answer))
        {
            foreach (IReadOnlyList<PlannedCall> step in context.Draw(answer.Set!, "overlay", "Marked"))
            {
                yield return step;
            }
        }
    }

    /// <summary>The time of the day or the year, where the model's own description of the picture says it.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Time(Match match, PlanContext context)
    {
        PlannedCall answer = PlannedCall.Ask(context.Image, "What is in the picture?");
        yield return [answer];
        string[] said = [.. TimeWords().Matches(answer.Said).Select(word => word.Value)];
        context.Say(answer.Failed ? answer.Excuse : said.Length > 0 ? $"The model's description says \"{string.Join("\" and \"", said)}\": {answer.Said}" : $"The model's description says nothing of that: {answer.Said}");
    }

    /// <summary>What can be measured is measured, "is the tree between the houses"; what compares by a word that nothing measures is refused; the model is asked the rest.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Ask(Match match, PlanContext context) =>
        Subject().Match(match.Value) is { Success: true } subject && Wanted.Read(subject.Groups["what"].Value) is { Conditions.Count: > 0, Unread.Length: 0, Label.Length: > 0 } ? FindRequest.So(subject.Groups["what"].Value, context)
        : Unmeasured().IsMatch(match.Value) ? UnplannedRequest.Steps(match.Value, context)
        : About(Question(match), context);

    /// <summary>"Is there anything flying" asks what is.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> WhatIs(Match match, PlanContext context)
    {
        string rest = Regex.Replace(match.Groups["rest"].Value, @"^(?:that|who)\s+is\s+", string.Empty, RegexOptions.IgnoreCase);
        return About($"{(match.Groups["who"].Value.EndsWith("thing", StringComparison.OrdinalIgnoreCase) ? "What" : "Who")} is {rest}?", context);
    }

    /// <summary>Puts a question to the model.</summary>
    /// <param name="question">The question.</param>
    /// <param name="context">What is known.</param>
    /// <param name="of">The region that it is asked of; null for the whole picture.</param>
    /// <param name="about">What it is about, where the whole picture is asked: the answer names it, so that "it" is that next.</param>
    public static IEnumerable<IReadOnlyList<PlannedCall>> About(string question, PlanContext context, KnownRegion? of = null, KnownRegion? about = null)
    {
        if (of is null && Pronoun().IsMatch(question) && context is not { Pointed: null, Lost: null })
        {
            foreach (IReadOnlyList<PlannedCall> step in AskOfEach(question, context))
            {
                yield return step;
            }

            yield break;
        }

        PlannedCall answer = PlannedCall.Ask(context.Image, question, of?.Handle);
        yield return [answer];
        string? why = NoAnswer(answer, question);
        Target pointed = Target.Holding(why is null ? answer.Regions : []);
        if (pointed.Count > 0)
        {
            context.PointAt(pointed);
        }

        context.Say(why ?? (answer.Failed ? answer.Excuse : $"{((of ?? about) is { } named ? $"Of {named} the" : "The")} vision model answers: {answer.Said}"));
    }

    /// <summary>"What colour are they", of what was dealt with last: each region is asked about by its own name, for a model knows no earlier answer.</summary>
    private static IEnumerable<IReadOnlyList<PlannedCall>> AskOfEach(string question, PlanContext context)
    {
        const int Most = 6;
        Target last = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(context.Those(question), last))
        {
            yield return step;
        }

        KnownRegion[] regions = [.. last.Regions.Take(Most)];
        if (ColourQuestion().IsMatch(question) && regions.Length > 0 && regions.All(region => Nouns.HasColour(region.Phrase)))
        {
            context.Say($"By its names for them: {Sentences.Listed(last)}.");
            yield break;
        }

        string[] asked = [.. regions.Select(region => Pronoun().Replace(Singular(question), $"the {Name(region)}"))];
        PlannedCall[] answers = [.. regions.Zip(asked).Select(one => PlannedCall.Ask(context.Image, one.Second, one.First.Handle))];
        yield return answers;
        foreach ((int index, PlannedCall answer) in answers.Index())
        {
            context.Say($"{Sentences.Capital(regions[index].ToString())}: {NoAnswer(answer, asked[index]) ?? (answer.Failed ? answer.Excuse : $"the vision model answers: {answer.Said}")}");
        }

        static string Name(KnownRegion region) => Nouns.Head(region.Phrase) is { Length: > 0 } noun ? noun : "object";

        static string Singular(string question) => PluralVerb().Replace(question, match => match.Value.ToLowerInvariant() switch { "are" => "is", "do" => "does", _ => "has" });
    }

    /// <summary>Why a result is no answer to what was asked; null where nothing speaks against it.</summary>
    private static string? NoAnswer(PlannedCall answer, string question) =>
        answer.UnknownWord is { } odd && question.Length > 0 && !question.Contains(odd, StringComparison.OrdinalIgnoreCase) ? "I have no answer to that: there is a word in it that the vision model does not know."
        : answer.UnknownWord is { } word ? $"The vision model does not know the word \"{word}\", so it cannot answer that."
        : answer.Instead is var (asked, found) ? $"I have no answer to that: the vision model was asked about {asked} and answers about {found}."
        : !answer.Failed && answer.Said.Length > 0 && Misses(question, answer) is { } how ? $"I have no answer to that: {how}. It says: {answer.Said}"
        : null;

    /// <summary>How words fail to be the kind of answer that a question wants; null where they do not.</summary>
    private static string? Misses(string question, PlannedCall answer) =>
        WantsYesOrNo().IsMatch(question) && !IsThere().IsMatch(question) && There().IsMatch(answer.Said) ? "the vision model answers whether something is there, which was not asked"
        : WantsYesOrNo().IsMatch(question) && !YesOrNo().IsMatch(answer.Said) ? "the vision model says neither yes nor no"
        : OfTwo().IsMatch(question) && YesOrNo().IsMatch(answer.Said) ? "the vision model answers yes or no, which was not asked"
        : ColourQuestion().IsMatch(question) && Colours.In(answer.Said).Length == 0 ? "the vision model names no colour"
        : WantsName().IsMatch(question) && Echo().Match(answer.Said) is { Success: true } said && Nouns.Mentions(Nouns.Head(said.Groups["who"].Value), question) ? $"the vision model only names the {Nouns.Head(said.Groups["who"].Value)} itself"
        : question.StartsWith("Who", StringComparison.OrdinalIgnoreCase) && answer.Regions.Count > 0 && !answer.Regions.Any(region => Nouns.Fits("people", region.Phrase)) ? "the vision model names nobody"
        : Doing().Match(question) is { Success: true } doing && Echo().Match(answer.Said) is { Success: true } echo && Nouns.Head(doing.Groups["who"].Value) == Nouns.Head(echo.Groups["who"].Value)
            ? $"the vision model only names the {Nouns.Head(doing.Groups["who"].Value)} itself"
        : WantsThing().IsMatch(question) && !answer.Failed && answer.Regions.Count == 0 && !answer.Said.StartsWith("There is no", StringComparison.Ordinal) ? "the vision model points at nothing"
        : Absent().Match(answer.Said) is { Success: true } absent && !Nouns.Mentions(absent.Groups["what"].Value, question) ? "the vision model speaks of something else"
        : Things().Count(answer.Said) >= MostForAny && !WantsMany().IsMatch(question) ? "the vision model describes the picture instead"
        : WantsOne().IsMatch(question) && answer.Count > MostForOne ? "the vision model was asked about one thing and answers about many"
        : null;

    private const int MostForOne = 3;

    private const int MostForAny = 4;

    [GeneratedRegex(@"\b(?:in\s+the\s+(?:evening|morning|afternoon)|at\s+(?:night|noon|dusk|dawn)|on\s+an?\s+\w+\s+day|in\s+(?:winter|summer|spring|autumn)|by\s+(?:day|night)|(?:sunset|sunrise))\b", RegexOptions.IgnoreCase)]
    private static partial Regex TimeWords();

    [GeneratedRegex(@"^(?:what|which|who)\b(?!\s+(?:colou?rs?|shape)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex WantsThing();

    [GeneratedRegex(@"^(?:what|which|who)\b(?!\s+colou?rs?\b)", RegexOptions.IgnoreCase)]
    private static partial Regex WantsName();

    [GeneratedRegex(@"^(?:is|are)\s+there\b", RegexOptions.IgnoreCase)]
    private static partial Regex IsThere();

    [GeneratedRegex(@"^(?:is|are)\s+(?<what>(?:the|this|that|these|those|all|both)\s+.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Subject();

    // "Darker than the sea", "the oldest".
    [GeneratedRegex(@"\b(?:\w+er|more\s+\w+|less\s+\w+)\s+than\b|\bas\s+\w+\s+as\b|^(?:which|who|what)\s+(?:one\s+)?is\s+(?:the\s+)?(?:more\s+\w+|less\s+\w+|\w{2,}er)\s*[,:]|\bthe\s+(?:most\s+\w+|\w{3,}est)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Unmeasured();

    [GeneratedRegex(@"^(?:yes|no),\s+there\s+(?:is|are)\b", RegexOptions.IgnoreCase)]
    private static partial Regex There();

    [GeneratedRegex(@"^There (?:is|are) no (?<what>.+?)(?: in the picture)?\.?$", RegexOptions.IgnoreCase)]
    private static partial Regex Absent();

    [GeneratedRegex(@"\b(?:they|them|it|these|those)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Pronoun();

    [GeneratedRegex(@"\b(?:are|do|have)\b", RegexOptions.IgnoreCase)]
    private static partial Regex PluralVerb();

    // "Is it red or blue" wants neither.
    [GeneratedRegex(@"^(?:is|are|was|were|does|do|has|have|can)\b(?!.*\bor\b)", RegexOptions.IgnoreCase)]
    private static partial Regex WantsYesOrNo();

    [GeneratedRegex(@"^(?:is|are|was|were|does|do|has|have|can)\b.*\bor\b", RegexOptions.IgnoreCase)]
    private static partial Regex OfTwo();

    [GeneratedRegex(@"^\W*(?:yes|no)\b", RegexOptions.IgnoreCase)]
    private static partial Regex YesOrNo();

    // "What is the airplane flying over", "what does the boy hold".
    [GeneratedRegex(@"^(?:what|who|where)\s+(?:is|are)\s+(?<who>(?:the|this|that|an?)\s+(?:[\w-]+\s+)??[\w-]+)\s+(?:\w+ing\b|(?:next\s+to|near|beside|on|in|under|over|behind|with|at|close\s+to)\W*$)|^(?:what|who|where)\s+(?:does|do)\s+(?<who>(?:the|this|that|an?)\s+(?:[\w-]+\s+)??[\w-]+)\s+\w+", RegexOptions.IgnoreCase)]
    private static partial Regex Doing();

    [GeneratedRegex(@"^(?:it|they|this|that|he|she)\s+(?:is|are)\s+(?<who>(?:(?:the|an?)\s+|(?=[^.,]*\[))[^.,]+?)\s*(?:\[\w+\])?\s*\.?$", RegexOptions.IgnoreCase)]
    private static partial Regex Echo();

    [GeneratedRegex(@"(?<!\b(?:in|with|of|on)\s)\b(?:an?|the|one|two|three|four|five|six)\s+\w+", RegexOptions.IgnoreCase)]
    private static partial Regex Things();

    [GeneratedRegex(@"\b(?:are|all|every|everything|describe|doing)\b|\bwhat\s+(?:is|do|can)\s+(?:\w+\s+)?(?:in|on|see|you)\b", RegexOptions.IgnoreCase)]
    private static partial Regex WantsMany();

    [GeneratedRegex(@"^which\s+(?:one|\w+)\s+is\b", RegexOptions.IgnoreCase)]
    private static partial Regex WantsOne();

    [GeneratedRegex(@"^what\s+colou?rs?\b", RegexOptions.IgnoreCase)]
    private static partial Regex ColourQuestion();

    // The row may read only the beginning of a question.
    private static string Question(Match match) => Sentences.Capital(match.Result("$_").TrimEnd('?', '.')) + "?";
}
