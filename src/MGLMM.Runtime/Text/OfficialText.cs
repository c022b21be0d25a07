using MGLMM.Runtime.Bundles;

namespace MGLMM.Runtime.Text;

/// <summary>The text of a turn as the official inference prints it, <c>&lt;/s&gt;</c> and markup included.</summary>
internal static class OfficialText
{
    /// <summary>
    /// Decodes the whole sequence, removes newlines, replaces every two spaces by one, and keeps what follows the last
    /// <c>"ASSISTANT: "</c>.
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="template">Names the assistant.</param>
    /// <param name="outputIds">The prompt's ids, image placeholder included, and the generated ids after them.</param>
    /// <remarks>
    /// As in the official code, an answer that does not begin with a space is not separated from the role, and an earlier turn's
    /// text comes back with it.
    /// </remarks>
    public static string OfTurn(GroundingTokenizer tokenizer, ConversationTemplate template, ReadOnlySpan<int> outputIds)
    {
        string text = tokenizer.Decode(outputIds)
            .Replace("\n", string.Empty, StringComparison.Ordinal)
            .Replace("  ", " ", StringComparison.Ordinal);
        string role = template.AssistantRole + ": ";
        int at = text.LastIndexOf(role, StringComparison.Ordinal);
        return at < 0 ? text : text[(at + role.Length)..];
    }
}
