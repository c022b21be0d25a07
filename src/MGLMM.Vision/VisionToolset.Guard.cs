using MGLMM.Vision.Diagnostics;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Results;
using Microsoft.Extensions.Logging;

namespace MGLMM.Vision;

/// <summary>What every call goes through, whichever surface it comes from: errors become records, and calls are measured.</summary>
public sealed partial class VisionToolset
{
    /// <summary>Runs a tool.</summary>
    /// <param name="tool">Its name as callers know it, such as <c>open_image</c>.</param>
    /// <param name="work">The tool.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    private async Task<ToolResult> GuardAsync(string tool, Func<CancellationToken, Task<ToolResult>> work, CancellationToken cancellationToken)
    {
        using var call = VisionTelemetry.StartCall(tool, _model?.Card.Name ?? NoModel);
        var result = await RunAsync(tool, work, cancellationToken).ConfigureAwait(false);
        call.End(result);
        LogCall(_logger, tool, VisionTelemetry.OutcomeOf(result), call.Elapsed.TotalSeconds);
        return result;
    }

    private async Task<ToolResult> RunAsync(string tool, Func<CancellationToken, Task<ToolResult>> work, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return await work(cancellationToken).ConfigureAwait(false);
        }
        catch (ToolException exception)
        {
            return exception.Error;
        }
        catch (OperationCanceledException)
        {
            return Error(ToolErrorCodes.Cancelled, "The call was cancelled; nothing was changed.", "Call again if the answer is still wanted.");
        }
        catch (EngineBusyException exception)
        {
            var seconds = (int)Math.Clamp(Math.Ceiling(exception.RetryAfter.TotalSeconds), 1, 3600);
            return Error(ToolErrorCodes.Busy, "The model is busy with other calls.", $"Call again in {seconds} s.") with { RetryAfterSeconds = seconds };
        }
        catch (PromptTooLongException)
        {
            return Error(ToolErrorCodes.TooLong, "The instruction is longer than the model can take.", "Say it in fewer words.");
        }
        catch (ModelUnavailableException exception)
        {
            LogFailure(_logger, tool, exception);
            return Error(
                ToolErrorCodes.NoModel, PlainText.Limit(exception.Message, 300), "Work on with what is known (geometry, rendering and exports need no model), or tell the user.");
        }
        catch (ImageFormatException exception)
        {
            var message = PlainText.Limit(exception.Message, 300);
            return (exception.IsTooLarge ? ToolException.TooLarge(message) : ToolException.ImageUnreadable(message)).Error;
        }
        catch (ExportTooLargeException exception)
        {
            return Error(
                ToolErrorCodes.TooLarge, PlainText.Limit(exception.Message, 300), "Take fewer regions, for example with select_regions; of the exports, coco_rle is the smallest.");
        }
        catch (Exception exception)
        {
            // Whatever it says may name paths or memory; the log has it, the caller does not.
            LogFailure(_logger, tool, exception);
            return Error(ToolErrorCodes.Failed, "The tool failed inside; the host's log says why.", "Call once more; if it fails again, tell the user.");
        }
    }

    /// <summary>Puts an instruction to the model and measures its answer. All instructions go this way.</summary>
    private async Task<GroundedAnswer> AskModelAsync(
        RgbImage shown, VisionImage image, string instruction, CancellationToken cancellationToken, IReadOnlyList<EarlierTurn>? earlier = null)
    {
        var model = Model;
        LogInstruction(_logger, image.Handle, instruction);
        var opened = await OpenAsync(model, shown, cancellationToken).ConfigureAwait(false);
        var options = earlier is null ? _askOptions : _askOptions with { EarlierTurns = earlier };
        var answer = await opened.AskAsync(instruction, options, cancellationToken).ConfigureAwait(false);
        VisionTelemetry.RecordAnswer(model.Card.Name, answer);
        return answer;
    }

    /// <summary>The picture, opened over the model once for as long as its pixels are kept.</summary>
    private async ValueTask<IOpenedImage> OpenAsync(IGroundingModel model, RgbImage pixels, CancellationToken cancellationToken)
    {
        if (_opened.TryGetValue(pixels, out var known))
        {
            return known;
        }

        var opened = await model.OpenImageAsync(pixels, cancellationToken).ConfigureAwait(false);
        _opened.AddOrUpdate(pixels, opened);
        return opened;
    }

    private static ToolError Error(string code, string message, string remedy) => new() { Code = code, Message = message, Try = remedy };

    [LoggerMessage(Level = LogLevel.Debug, Message = "The tool {Tool} ended with {Outcome} after {Seconds:F3} s.")]
    private static partial void LogCall(ILogger logger, string tool, string outcome, double seconds);

    /// <summary>Sensitive: an instruction may hold what a user wrote. At no level above Trace.</summary>
    [LoggerMessage(Level = LogLevel.Trace, Message = "The model is asked about {Image}: {Instruction}")]
    private static partial void LogInstruction(ILogger logger, string image, string instruction);

    [LoggerMessage(Level = LogLevel.Error, Message = "The tool {Tool} failed.")]
    private static partial void LogFailure(ILogger logger, string tool, Exception exception);
}
