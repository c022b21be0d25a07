using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Questions about what can be seen, which the vision model answers; the answer is told as its own.</summary>
internal static class QuestionRequest
{
    /// <summary>The rows of questions, for the end of the table.</summary>
    public static IReadOnlyList<RequestPattern> Patterns { get; } =
    [
        new("What could keep you dry?", @"^(?:what|which|who|where)\b.*\b(?:could|can|would|should|might|may)\b|^why\b|^what\s+is\s+(?:\w+\s+)*(?:for|used\s+to)\b", Reason),
        new("What colour is the sky?", @"^(?:what|which)\s+(?:colou?rs?|shape|kinds?|sort|type|material|season|time\s+of\s+(?:day|year)|weather|parts?)\b", Ask),
        new("Is it winter?", @"^(?:is|are|was|were|does|do|has|have)\s+(?:the|this|that|these|those|it|there|they|he|she|any|all|some|an?|m\d+)\b", Ask),
        new("What is the boy wearing?", @"^(?:what|who|whose|which)\s+(?:\w+\s+)?(?:is|are|does|do|has|have|lies|lie|stands|stand|sits|sit|hangs|hang)\b", Ask),
        new("How is the weather?", @"^how\s+(?:is|are|does|do|old|many)\b", Ask),
    ];

    private static IEnumerable<IReadOnlyList<PlannedCall>> Reason(Match match, PlanContext context)
    {
        PlannedCall answer = PlannedCall.Reason(context.Image, Question(match));
        yield return [answer];
        if (context.Tell(answer))
        {
            foreach (IReadOnlyList<PlannedCall> step in context.Draw(answer.Set!, "overlay", "Marked"))
            {
                yield return step;
            }
        }
    }

    private static IEnumerable<IReadOnlyList<PlannedCall>> Ask(Match match, PlanContext context)
    {
        PlannedCall answer = PlannedCall.Ask(context.Image, Question(match));
        yield return [answer];
        context.Say(answer.Failed ? answer.Excuse : $"The vision model answers: {answer.Said}");
    }

    // The row may read only the beginning of a question.
    private static string Question(Match match) => Sentences.Capital(match.Result("$_").TrimEnd('?', '.')) + "?";
}
