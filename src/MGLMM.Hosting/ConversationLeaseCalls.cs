using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MGLMM.Hosting;

/// <summary>Calls of tools in a conversation that is kept: what a call makes is kept before its handles are told.</summary>
public static partial class ConversationLeaseCalls
{
    /// <summary>Calls a tool and keeps what it made.</summary>
    /// <param name="lease">The conversation.</param>
    /// <param name="tool">The tool's name, one of <see cref="IConversationLease.Functions"/>.</param>
    /// <param name="arguments">As the caller wrote them.</param>
    /// <param name="logger">Told why something could not be kept; null tells nobody.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The result, or an error of the tool or of the disk.</returns>
    /// <exception cref="OperationCanceledException">The caller has left: it gets no answer, and what it asked for is nobody's.</exception>
    public static async Task<ToolResult> CallAsync(
        this IConversationLease lease, string tool, IEnumerable<KeyValuePair<string, object?>> arguments, ILogger? logger = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(arguments);
        VisionFunction function = lease.Functions.FirstOrDefault(known => known.Name == tool) ?? throw new ArgumentException($"There is no tool '{tool}'.", nameof(tool));
        ToolResult result = await function.CallAsync(arguments, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return result is ToolError ? result : await lease.KeepAsync(tool, result, logger).ConfigureAwait(false);
    }

    /// <summary>Keeps what a call has made; not cancelled half-way.</summary>
    /// <param name="lease">The conversation.</param>
    /// <param name="tool">The tool's name, for the log.</param>
    /// <param name="result">What the caller gets where it is kept.</param>
    /// <param name="logger">Told why it could not be kept; null tells nobody.</param>
    /// <returns>The result, or an error where the disk refused.</returns>
    public static async Task<ToolResult> KeepAsync(this IConversationLease lease, string tool, ToolResult result, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(lease);
        try
        {
            await lease.SaveAsync(CancellationToken.None).ConfigureAwait(false);
            return result;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotKept(logger ?? NullLogger.Instance, tool, exception);
            return new ToolError
            {
                Code = ToolErrorCodes.Failed,
                Message = "The result could not be kept where the host keeps conversations; the host's log says why.",
                Try = "Tell the user; the same call may succeed later.",
            };
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What {Tool} made could not be kept.")]
    private static partial void LogNotKept(ILogger logger, string tool, Exception exception);
}
