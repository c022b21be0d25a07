using MGLMM.Vision.Results;

namespace MGLMM.Vision;

/// <summary>Carries a caller's mistake up to the tool's edge, where it becomes a <see cref="ToolError"/>. Never leaves the toolset.</summary>
internal sealed class ToolException(string code, string message, string remedy) : Exception(message)
{
    public ToolError Error { get; } = new() { Code = code, Message = message, Try = remedy };

    public static ToolException BadArgument(string message, string remedy) => new(ToolErrorCodes.BadArgument, message, remedy);

    public static ToolException ImageUnreadable(string message) => new(
        ToolErrorCodes.ImageUnreadable, message, "Give another picture: PNG, JPEG or WebP.");

    public static ToolException TooLarge(string message) => new(
        ToolErrorCodes.TooLarge, message, "Give a smaller picture: scaled down, compressed more, or cut to the part that matters.");
}
