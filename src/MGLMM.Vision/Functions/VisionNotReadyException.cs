using System.Globalization;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tools;

namespace MGLMM.Vision.Functions;

/// <summary>
/// Says that there is no toolset for a <see cref="VisionFunction"/> yet, or that there will be none. Whoever calls the function gets it as a
/// <see cref="ToolError"/>.
/// </summary>
public sealed class VisionNotReadyException : Exception
{
    /// <summary>There will be one: the model is being loaded.</summary>
    /// <param name="retryAfter">When the same call may succeed.</param>
    public VisionNotReadyException(TimeSpan retryAfter)
        : base("The vision model is still being loaded.")
    {
        RetryAfter = retryAfter;
    }

    /// <summary>There will be none.</summary>
    /// <param name="message">Why, without paths or hosts: language models and users read it.</param>
    public VisionNotReadyException(string message)
        : base(message)
    {
    }

    /// <summary>There will be none.</summary>
    /// <param name="message">Why, without paths or hosts: language models and users read it.</param>
    /// <param name="innerException">What happened; for the host's log alone.</param>
    public VisionNotReadyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>There will be none.</summary>
    public VisionNotReadyException()
        : this("The vision model is not available.")
    {
    }

    /// <summary>When the same call may succeed; null if it will not.</summary>
    public TimeSpan? RetryAfter { get; }

    internal ToolError ToError()
    {
        if (RetryAfter is not { } wait)
        {
            return new ToolError { Code = ToolErrorCodes.Failed, Message = Message, Try = "Tell the user that pictures cannot be looked at now." };
        }

        int seconds = ToolErrors.SecondsOf(wait);
        return new ToolError
        {
            Code = ToolErrorCodes.Busy,
            Message = Message,
            Try = string.Create(CultureInfo.InvariantCulture, $"Call again in {seconds} s."),
            RetryAfterSeconds = seconds,
        };
    }
}
