using System.Runtime.CompilerServices;
using MGLMM.Vision.Results;
using Microsoft.SemanticKernel;

namespace MGLMM.SemanticKernel;

/// <summary>
/// Ends the loop of an agent that sends the same failing call again and again: with the third time in a row the model is not asked once
/// more, and the chat ends with the results. The other calls of the same message are made all the same, for an endpoint refuses a chat in which a call has no result.
/// </summary>
/// <remarks>Add it to <see cref="Kernel.AutoFunctionInvocationFilters"/>, or to a host's services. Thread-safe.</remarks>
public sealed class RepeatedCallFilter : IAutoFunctionInvocationFilter
{
    /// <summary>Messages of which a call ended the loop while others were still to be made.</summary>
    private readonly ConditionalWeakTable<ChatMessageContent, object> _ending = [];

    /// <inheritdoc/>
    public async Task OnAutoFunctionInvocationAsync(AutoFunctionInvocationContext context, Func<AutoFunctionInvocationContext, Task> next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        await next(context).ConfigureAwait(false);
        if (ToolError.EndsLoop(context.Result.GetToolResult()))
        {
            _ending.AddOrUpdate(context.ChatMessageContent, this);
        }

        context.Terminate |= context.FunctionSequenceIndex == context.FunctionCount - 1 && _ending.TryGetValue(context.ChatMessageContent, out _);
    }
}
