using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>What no row of the table reads: it is said, with requests that can be planned. Nothing is made up instead.</summary>
internal static partial class UnplannedRequest
{
    private const int LongestClause = 400;

    /// <summary>Whether a clause asks for what no picture shows: another time, a named place, a price.</summary>
    public static bool IsBeyondPictures(string clause) => clause.Length > LongestClause || Beyond().IsMatch(clause) || Named().IsMatch(clause);

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(string clause, PlanContext context)
    {
        context.Refuse(clause);
        return [];
    }

    /// <summary>What would change the picture itself, which nothing here can.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Edit(Match match, PlanContext context)
    {
        context.Lose(PlanContext.NotUnderstood);
        context.Say($"I cannot change what the picture shows. {Refusal(match.Value)}");
        return [];
    }

    /// <summary>What can be asked, by three requests.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Help(Match match, PlanContext context)
    {
        context.Say($"I find, count, measure, compare, mark, cut out and export what a picture shows, by rules. {Sentences.Can}");
        return [];
    }

    /// <summary>Letters and numbers, which nothing here can read.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Text(Match match, PlanContext context)
    {
        context.Say("Nothing here can read letters or numbers in a picture.");
        return [];
    }

    /// <summary>That a clause cannot be planned, and three that can.</summary>
    public static string Refusal(string clause) => Sentences.Unplanned(clause);

    [GeneratedRegex(@"\b(?:does\s+(?:it|this|that|the\s+[\w-]+)\s+belong|owns|tomorrow|yesterday|tonight|forecast|prices?|costs?|news|stocks?|jokes?|names?\s+of\s+(?:the|this|that)\s+(?:boy|girl|man|woman|child|dog|cat|horse|person|artist|painter|place|city|street|town)|how\s+(?:old|heavy|fast|expensive|deep|warm|cold|hot|rich)|weigh|next\s+(?:week|month|year)|last\s+(?:week|month|year))\b", RegexOptions.IgnoreCase)]
    private static partial Regex Beyond();

    // A name in the midst of a question: Berlin is not in the picture, whatever a model answers.
    [GeneratedRegex(@"^(?:[Ww]hat|[Ww]ho|[Ww]hen|[Ww]hy|[Hh]ow)\b.*\s(?:in|of|for|to|from|at)\s+[A-Z][a-z]{2,}\b")]
    private static partial Regex Named();
}
