using MGLMM.Hosting;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace MGLMM.AgentFramework;

/// <summary>
/// A function over the workspace of a session, which is looked up with each call and kept behind it: a run that ends half-way, or a process, loses nothing
/// that the agent was told.
/// </summary>
internal sealed class KeptFunction(VisionFunction function, IConversations conversations, string owner, string conversation, ILogger logger) : DelegatingAIFunction(function)
{
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        if (await conversations.FindAsync(owner, conversation, cancellationToken).ConfigureAwait(false) is not { } lease)
        {
            return new ToolError
            {
                Code = ToolErrorCodes.Expired,
                Message = "The pictures and regions of this conversation are no longer kept.",
                Try = "Tell the user to send the picture again.",
            }.ToJson();
        }

        await using (lease.ConfigureAwait(false))
        {
            return (await lease.CallAsync(Name, arguments, logger, cancellationToken).ConfigureAwait(false)).ToJson();
        }
    }
}
