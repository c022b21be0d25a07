using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Results;

namespace MGLMM.Mcp;

/// <summary>What a call over a protocol has given.</summary>
/// <param name="Result">The result or the error.</param>
/// <param name="Conversation">The conversation's handle; null where conversations are not named or none was found.</param>
/// <param name="Artifact">The file that was made; null for none.</param>
public sealed record ConversationCall(ToolResult Result, string? Conversation, VisionArtifact? Artifact)
{
    /// <summary>The result as JSON; an opened picture tells its conversation.</summary>
    public string ToJson()
    {
        string json = Result.ToJson();

        // Handles of conversations need no escaping.
        return Result is OpenedImageResult && Conversation is not null
            ? $"{json.AsSpan(0, json.Length - 1)},\"{ConversationCalls.ConversationArgument}\":\"{Conversation}\"}}"
            : json;
    }
}
