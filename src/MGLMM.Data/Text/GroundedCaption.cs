using System.Text;

namespace MGLMM.Data.Text;

/// <summary>A caption and which of its phrases have masks.</summary>
internal static class GroundedCaption
{
    /// <summary>The caption with mark-up around its phrases, which follow each other without overlap.</summary>
    /// <param name="caption">The caption.</param>
    /// <param name="spans">Start and end of each phrase in code points, in order.</param>
    public static string Marked(CodePoints caption, IReadOnlyList<(int Start, int End)> spans)
    {
        (StringBuilder text, int at) = (new StringBuilder(), 0);
        foreach ((int start, int end) in spans)
        {
            text.Append(caption[at, start]).Append(Wordings.Grounded(caption[start, end]));
            at = end;
        }

        return text.Append(caption[at, caption.Length]).ToString();
    }
}
