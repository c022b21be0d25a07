using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Requests;

/// <summary>A question that leaves out what it is about: "is there water, and how much". It is about what was dealt with last.</summary>
internal static class FollowRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Share(Match match, PlanContext context) => About("How much of the picture is ", match, context);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Where(Match match, PlanContext context) => About("Which side is ", match, context);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Size(Match match, PlanContext context) => About("How big is ", match, context);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Colour(Match match, PlanContext context) => About("What colour are ", match, context);

    /// <summary>What those are called that were spoken of.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Name(Match match, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in IsUnknown(context) ? UnplannedRequest.Steps(match.Value, context) : context.Find.Resolve("them", found))
        {
            yield return step;
        }

        context.Say(found.Count == 0 ? string.Empty : $"The model calls {(found.Count == 1 ? "it" : "them")} {Sentences.Listed(found)}.");
    }

    /// <summary>What the model calls a thing that is told by its colour and its place: "what is that pink thing over the tree".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Thing(Match match, PlanContext context)
    {
        // What only a model can judge is asked of the model.
        Wanted wanted = Wanted.Read(match.Groups["what"].Value);
        if (wanted.Attribute.Length > 0 || wanted.Unread.Length > 0 || wanted is { Conditions.Count: 0, Order: null })
        {
            return QuestionRequest.About(Sentences.Capital(match.Value) + "?", context);
        }

        return Called(wanted with { All = wanted.Order is null, Expression = wanted.Label }, context);
    }

    /// <summary>What those are of a kind that the question points at: "which animal is that on the left".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> This(Match match, PlanContext context) =>
        match.Groups["rest"].Length == 0 && context is { IsFromBefore: true, Spoken.Count: > 0 } ? Name(match, context)
        : Called(Wanted.Read($"all {EnglishPhrases.Plural(Wanted.Read(match.Groups["what"].Value).Label)}{match.Groups["rest"].Value}"), context);

    /// <summary>Whether the model's name for a thing is one that the question offers: "is the red thing a ball or an apple".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Is(Match match, PlanContext context) =>
        Wanted.Read(match.Groups["what"].Value).IsPronoun && IsUnknown(context) ? QuestionRequest.About(Sentences.Capital(match.Value) + "?", context) : NameOf(match, context);

    private static IEnumerable<IReadOnlyList<PlannedCall>> NameOf(Match match, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, found))
        {
            yield return step;
        }

        if (found.Count == 0)
        {
            yield break;
        }

        context.PointAt(found);
        string[] asked = [.. new[] { match.Groups["a"], match.Groups["b"] }.Where(group => group.Success).Select(group => group.Value)];
        bool holds = found.Regions.All(region => asked.Any(noun => Nouns.Means(noun, region.Phrase)));
        bool fails = asked.All(Nouns.IsKind) && !found.Regions.Any(region => asked.Any(noun => Nouns.Fits(noun, region.Phrase)));
        string verdict = asked.Length > 1 ? (fails ? "Neither: " : string.Empty) : holds ? "Yes: " : fails ? "No: " : string.Empty;
        context.Say(Sentences.Capital($"{verdict}the model calls {(found.Count == 1 ? "it" : "them")} {Sentences.Listed(found)}."));
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> Called(Wanted wanted, PlanContext context)
    {
        // "That white thing at the bottom" may be snow.
        Target found = new();
        bool isAny = TargetFinder.IsObjects(Nouns.Head(wanted.Label)) && Colours.In(wanted.Label).Length == 1;
        foreach (IReadOnlyList<PlannedCall> step in isAny ? context.Find.OfColour(Colours.In(wanted.Label)[0], found) : context.Find.Candidates(wanted, found))
        {
            yield return step;
        }

        foreach (IReadOnlyList<PlannedCall> step in isAny && found.Count > 0 ? context.Find.Choose(wanted, found) : [])
        {
            yield return step;
        }

        context.PointAt(found);
        context.Say(found.Count == 0 ? found.Excuse ?? "The model sees no such thing in the picture." : $"The model calls {(found.Count == 1 ? "it" : "them")} {Sentences.Listed(found)}{Sentences.How(found)}.");
    }

    /// <summary>How many those are that were spoken of.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Count(Match match, PlanContext context)
    {
        if (IsUnknown(context))
        {
            context.Say(UnplannedRequest.Refusal(match.Value));
            yield break;
        }

        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve("them", found))
        {
            yield return step;
        }

        List<int> counts = [];
        foreach (IReadOnlyList<PlannedCall> step in context.Find.CountPieces(found.Regions, counts))
        {
            yield return step;
        }

        context.PointAt(found);
        context.Say(found.Count == 0 ? string.Empty
            : found.Count > found.Regions.Count || !Nouns.NamesSeveral(found.Regions) ? $"Those are {found.Count}: {Sentences.Listed(found)}."
            : $"At least {counts.Sum()}: {Sentences.Listed(found)}, several as one region, in separate pieces.");
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> About(string question, Match match, PlanContext context) =>
        IsUnknown(context) ? UnplannedRequest.Steps(match.Value, context) : RequestPatterns.Read(question + context.Those(match.Value), context);

    /// <summary>Whether nothing was dealt with, and nothing looked for that is not there.</summary>
    private static bool IsUnknown(PlanContext context) => context is { Pointed: null, Lost: null };
}
