using MGLMM.Vision.Results;

namespace MGLMM.Mcp;

/// <summary>No conversation, or no single one, is meant by a request. The caller gets <see cref="Error"/>.</summary>
internal sealed class UnknownConversationException(string code, string message, string remedy) : Exception(message)
{
    public ToolError Error { get; } = new() { Code = code, Message = message, Try = remedy };
}
