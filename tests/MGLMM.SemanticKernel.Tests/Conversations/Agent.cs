using System.ClientModel;
using MGLMM.SemanticKernel.Chat;
using MGLMM.SemanticKernel.Tests.Loopback;
using MGLMM.Vision;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using Microsoft.SemanticKernel.Connectors.OpenAI;
using OpenAI;

namespace MGLMM.SemanticKernel.Tests.Conversations;

/// <summary>An agent as a user of the plugins writes it: Semantic Kernel's own OpenAI connector, pointed at a scripted endpoint.</summary>
internal sealed class Agent : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly IChatCompletionService _chat;

    public Agent(VisionToolset toolset, Func<ScriptedChat, IEnumerable<ChatReply>> script, ChatHistory? history = null, bool keepsToSchemas = true)
    {
        Toolset = toolset;
        Model = new ScriptedChat(script);
        History = history ?? new ChatHistory("You look at pictures with the vision functions.");
        _server = new LoopbackServer(Model.Answer, keepsToSchemas);
        IKernelBuilder builder = Kernel.CreateBuilder();
        builder.AddOpenAIChatCompletion("loopback", Client(_server.Endpoint));
        Kernel = builder.Build();
        Kernel.Plugins.AddMglmmVision(toolset);
        _chat = Kernel.GetRequiredService<IChatCompletionService>();
    }

    public VisionToolset Toolset { get; }

    public ScriptedChat Model { get; }

    public ChatHistory History { get; }

    public Kernel Kernel { get; }

    public IReadOnlyList<ChatRequest> Requests => _server.Requests;

    public static OpenAIClient Client(Uri endpoint) => new(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = endpoint });

    /// <summary>A user's turn: words and pictures in, words out.</summary>
    public async Task<string> AskAsync(string words, bool stream, bool takesImages, params (string Name, string File)[] pictures)
    {
        ChatMessageContentItemCollection items = [new TextContent(words)];
        foreach ((string name, string file) in pictures)
        {
            items.Add(new ImageContent(await File.ReadAllBytesAsync(file), "image/png") { Metadata = new Dictionary<string, object?> { ["name"] = name } });
        }

        History.AddUserMessage(items);
        await History.OpenImagesAsync(Toolset, new ChatImageOptions { ModelTakesImages = takesImages });
        OpenAIPromptExecutionSettings settings = new() { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };
        try
        {
            if (!stream)
            {
                return (await _chat.GetChatMessageContentAsync(History, settings, Kernel)).Content!;
            }

            string answer = string.Empty;
            await foreach (StreamingChatMessageContent piece in _chat.GetStreamingChatMessageContentsAsync(History, settings, Kernel))
            {
                answer += piece.Content;
            }

            return answer;
        }
        catch (HttpOperationException exception) when (_server.Fault is { } fault)
        {
            throw new InvalidOperationException(fault.ToString(), exception);
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
