namespace MGLMM.Vision.Results;

/// <summary>
/// Carries a caller's mistake up to the tool's edge, where it becomes a <see cref="ToolError"/>. A tool of a host's own throws it; it never
/// leaves a toolset.
/// </summary>
public sealed class ToolException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">One of <see cref="ToolErrorCodes"/>.</param>
    /// <param name="message">What is wrong, without paths or hosts: language models and users read it.</param>
    /// <param name="remedy">The way out, likewise.</param>
    public ToolException(string code, string message, string remedy)
        : base(message)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(remedy);
        Error = new ToolError { Code = code, Message = message, Try = remedy };
    }

    /// <summary>What the caller gets.</summary>
    public ToolError Error { get; }

    internal static ToolException BadArgument(string message, string remedy) => new(ToolErrorCodes.BadArgument, message, remedy);

    internal static ToolException ImageUnreadable(string message) => new(
        ToolErrorCodes.ImageUnreadable, message, "Give another picture: PNG, JPEG or WebP.");

    internal static ToolException TooLarge(string message) => new(
        ToolErrorCodes.TooLarge, message, "Give a smaller picture: scaled down, compressed more, or cut to the part that matters.");
}
