using MGLMM.Vision.Exports;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools;

/// <summary>What a caller is told of what went wrong. The one place that knows.</summary>
internal static class ToolErrors
{
    /// <summary>The record of an exception.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>What the caller gets, and whether the host's log should have the exception.</returns>
    public static (ToolError Error, bool IsLogged) Of(Exception exception)
    {
        switch (exception)
        {
            case ToolException mistake:
                return (mistake.Error, false);
            case OperationCanceledException:
                return (Error(ToolErrorCodes.Cancelled, "The call was cancelled; nothing was changed.", "Call again if the answer is still wanted."), false);
            case EngineBusyException busy:
                int seconds = SecondsOf(busy.RetryAfter);
                return (Error(ToolErrorCodes.Busy, "The model is busy with other calls.", $"Call again in {seconds} s.") with { RetryAfterSeconds = seconds }, false);
            case AnswerDeadlineException:
                return (Error(ToolErrorCodes.Late, "The model's answer was not there in time; nothing was changed.", "Ask for less: one thing, or a region instead of the picture. Or call again later."), false);
            case PromptTooLongException:
                return (Error(ToolErrorCodes.TooLong, PlainText.Limit(exception.Message, 300), "Say it in fewer words."), false);
            case ModelUnavailableException:
                return (Error(
                    ToolErrorCodes.NoModel,
                    PlainText.Limit(exception.Message, 300),
                    "Work on with what is known (geometry, rendering and exports need no model), or tell the user."), true);
            case ImageFormatException picture:
                string message = PlainText.Limit(exception.Message, 300);
                return ((picture.IsTooLarge ? ToolException.TooLarge(message) : ToolException.ImageUnreadable(message)).Error, false);
            case ExportTooLargeException:
                return (Error(
                    ToolErrorCodes.TooLarge,
                    PlainText.Limit(exception.Message, 300),
                    "Take fewer regions, for example with select_regions; of the exports, coco_rle is the smallest."), false);
            case TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException:
                // Native code that the application does not bring, or brings in another version: what everybody meets once who leaves it out.
                return (Error(
                    ToolErrorCodes.Failed,
                    "The application has no native code for this, or another version of it; the host's log says which.",
                    "Tell the user. For pictures on Linux the application references SkiaSharp.NativeAssets.Linux.NoDependencies in the version of SkiaSharp, for the engine Microsoft.ML.OnnxRuntime."), true);
            default:
                // Whatever it says may name paths or memory; the log has it, the caller does not.
                return (Error(ToolErrorCodes.Failed, "The tool failed inside; the host's log says why.", "Call once more; if it fails again, tell the user."), true);
        }
    }

    /// <summary>When to come again, in whole seconds.</summary>
    public static int SecondsOf(TimeSpan wait) => (int)Math.Clamp(Math.Ceiling(wait.TotalSeconds), 1, 3600);

    private static ToolError Error(string code, string message, string remedy) => new() { Code = code, Message = message, Try = remedy };
}
