using System.Text.RegularExpressions;

namespace MGLMM.Vision.Language;

/// <summary>What callers write where a noun phrase is wanted: the phrase, a whole request, or a question. English.</summary>
internal static partial class Request
{
    /// <summary>
    /// The task in whose words a referring text is put, and how. A question ("Where are the birds?") is asked as one that wants masks, since by
    /// itself it asks for words; a request ("Show me the birds.") stands by itself; all else is a noun phrase.
    /// </summary>
    /// <param name="text">The caller's words.</param>
    /// <param name="supports">Whether the model has words for a task.</param>
    public static string TaskOf(string text, Func<string, bool> supports)
    {
        string trimmed = text.Trim();
        return trimmed.EndsWith('?') && supports("reason_segment") ? "reason_segment"
            : Command().IsMatch(trimmed) && supports("ask") ? "ask"
            : "refer";
    }

    [GeneratedRegex(
        @"^(?:please\s+|now\s+|ok(?:ay)?,?\s+)*(?:show|find|mark|segment|mask|highlight|point|select|outline|locate|circle|trace|pick|cut\s+out|give\s+me|get\s+me|let\s+me|look\s+(?:at|for)|help\s+me|i(?:'m|\s+am|'d|\s+(?:would|want|need|can|can't|cannot|like|lost|see)))\s+(?!(?:on|in|of|with|by|from|under|over|near)\b)\S",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Command();
}
