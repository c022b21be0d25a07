using MGLMM.Vision.Results;
using Microsoft.SemanticKernel;

namespace MGLMM.SemanticKernel;

/// <summary>
/// Ends the loop of an agent that sends the same failing call again and again: with the third time in a row the model is not asked once
/// more, and the error is what the chat ends with.
/// </summary>
/// <remarks>Add it to <see cref="Kernel.AutoFunctionInvocationFilters"/>, or to a host's services. Stateless, thread-safe.</remarks>
public sealed class RepeatedCallFilter : IAutoFunctionInvocationFilter
{
    /// <inheritdoc/>
    public async Task OnAutoFunctionInvocationAsync(AutoFunctionInvocationContext context, Func<AutoFunctionInvocationContext, Task> next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        await next(context).ConfigureAwait(false);
        context.Terminate |= ToolError.EndsLoop(context.Result.GetToolResult());
    }
}
