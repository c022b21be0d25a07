using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>What is said before a question, and not asked: "Two trees overlap there. Which one is in front?" It tells what the question is about.</summary>
internal static class StatementRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        Wanted wanted = Wanted.Read(match.Groups["what"].Value);
        context.LastLabel = wanted.Label;
        context.Say($"I take it from you that \"{match.Value}\"; I did not check it.");
        return [];
    }

    /// <summary>What is to be seen to, which nothing here checks.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Unchecked(Match match, PlanContext context)
    {
        context.Say($"I did not check that \"{match.Groups["what"].Value}\"; look at the picture.");
        return [];
    }
}
