using MGLMM.Vision.Diagnostics;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Logging;

namespace MGLMM.Vision.Tools;

/// <summary>What every call goes through, whichever surface it comes from: arguments are read, errors become records, and calls are measured.</summary>
internal sealed partial class ToolGuard(VisionToolContext context)
{
    private readonly RepeatedCalls _repeated = new();

    /// <summary>Calls a tool. Never throws for what a caller does wrong.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="arguments">By name, as a caller wrote them.</param>
    /// <param name="watchesRepeats">Whether the caller may be a language model that goes round in a circle.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<ToolResult> RunAsync(VisionTool tool, IReadOnlyList<KeyValuePair<string, object?>> arguments, bool watchesRepeats, CancellationToken cancellationToken)
    {
        using WorkspaceHold held = context.Workspace.Hold();
        using Diagnostics.ToolCall measured = VisionTelemetry.StartCall(tool.Name, context.Asking.Name);
        ToolResult result;
        arguments = ArgumentReader.Readable(arguments);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            result = await tool.RunAsync(ArgumentReader.Read(tool, arguments, context), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            (result, bool isLogged) = ToolErrors.Of(exception);
            if (isLogged)
            {
                LogFailure(context.Logger, tool.Name, exception);
            }
        }

        result = watchesRepeats ? _repeated.Told(tool, arguments, result) : result;
        measured.End(result);
        LogCall(context.Logger, tool.Name, VisionTelemetry.OutcomeOf(result), measured.Elapsed.TotalSeconds);
        return result;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The tool {Tool} ended with {Outcome} after {Seconds:F3} s.")]
    private static partial void LogCall(ILogger logger, string tool, string outcome, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The tool {Tool} failed.")]
    private static partial void LogFailure(ILogger logger, string tool, Exception exception);
}
