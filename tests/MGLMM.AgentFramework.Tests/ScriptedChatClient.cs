using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace MGLMM.AgentFramework.Tests;

/// <summary>A chat model that plays a script: each turn calls a function, says something, or breaks. It remembers what it was given.</summary>
internal sealed class ScriptedChatClient(params Func<IReadOnlyList<ChatMessage>, AIContent>[] script) : IChatClient
{
    private int _turn;

    /// <summary>Messages and options of each request.</summary>
    public List<(IReadOnlyList<ChatMessage> Messages, ChatOptions Options)> Requests { get; } = [];

    /// <summary>Results of all functions so far, as the model read them.</summary>
    public IEnumerable<string> Results => Requests.LastOrDefault().Messages?.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => result.Result!.ToString()!) ?? [];

    public static Func<IReadOnlyList<ChatMessage>, AIContent> Call(string function, params (string Name, object? Value)[] arguments) =>
        _ => new FunctionCallContent(Guid.NewGuid().ToString("N"), function, arguments.ToDictionary(argument => argument.Name, argument => argument.Value));

    public static Func<IReadOnlyList<ChatMessage>, AIContent> Say(string text) => _ => new TextContent(text);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] read = [.. messages];
        Requests.Add((read, options!));
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [script[_turn++](read)])));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (ChatResponseUpdate update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
