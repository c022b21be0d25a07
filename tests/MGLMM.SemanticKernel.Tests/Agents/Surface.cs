using MGLMM.SemanticKernel.Tests.Conversations;
using MGLMM.SemanticKernel.Tests.Loopback;
using MGLMM.Vision;
using MGLMM.Vision.Functions;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using OpenAI;

namespace MGLMM.SemanticKernel.Tests.Agents;

/// <summary>The frameworks that carry the tools, each with its own loop of calls, its own connector and a real socket.</summary>
public enum Surface
{
    SemanticKernel,
    ExtensionsAI,
    AgentFramework,
}

internal static class Surfaces
{
    /// <summary>Each surface, plain and streamed.</summary>
    public static IEnumerable<(Surface Surface, bool Stream)> All => Enum.GetValues<Surface>().SelectMany(surface => (IEnumerable<(Surface, bool)>)[(surface, false), (surface, true)]);

    /// <summary>Runs one request to its end.</summary>
    /// <returns>What the agent said, and what went wrong on the way.</returns>
    public static async Task<string> RunAsync(Surface surface, bool stream, VisionToolset toolset, Func<ScriptedChat, IEnumerable<ChatReply>> script)
    {
        if (surface == Surface.SemanticKernel)
        {
            await using Agent kernel = new(toolset, script, keepsToSchemas: false);
            return await kernel.AskAsync("Look.", stream, takesImages: false);
        }

        ScriptedChat chat = new(script);
        await using LoopbackServer server = new(chat.Answer, keepsToSchemas: false);
        using IChatClient client = Agent.Client(server.Endpoint).GetChatClient("loopback").AsIChatClient();
        try
        {
            return surface == Surface.ExtensionsAI ? await ExtensionsAIAsync(client, stream, toolset) : await AgentFrameworkAsync(client, stream, toolset);
        }
        catch (Exception exception) when (server.Fault is { } fault)
        {
            throw new InvalidOperationException(fault.ToString(), exception);
        }
    }

    private static async Task<string> ExtensionsAIAsync(IChatClient client, bool stream, VisionToolset toolset)
    {
        using IChatClient loop = new ChatClientBuilder(client).UseFunctionInvocation().Build();
        ChatOptions options = new() { Tools = toolset.AsAITools() };
        if (!stream)
        {
            return (await loop.GetResponseAsync("Look.", options)).Text;
        }

        string said = string.Empty;
        await foreach (ChatResponseUpdate update in loop.GetStreamingResponseAsync("Look.", options))
        {
            said += update.Text;
        }

        return said;
    }

    private static async Task<string> AgentFrameworkAsync(IChatClient client, bool stream, VisionToolset toolset)
    {
        ChatClientAgent agent = new(client, instructions: "You look at pictures.", tools: toolset.AsAITools());
        if (!stream)
        {
            return (await agent.RunAsync("Look.")).Text;
        }

        string said = string.Empty;
        await foreach (AgentResponseUpdate update in agent.RunStreamingAsync("Look."))
        {
            said += update.Text;
        }

        return said;
    }
}
