using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace MGLMM.Planning;

/// <summary>
/// Stands in for a chat model where none is configured. It is no language model: rules over the words of an English request make a plan,
/// and the plan becomes function calls, a step at a time, as a model would emit them. Questions about what can be seen go to the vision
/// model; what no rule reads is refused.
/// </summary>
/// <remarks>
/// Put a loop around it that invokes functions, as around any model (<c>UseFunctionInvocation</c>, or Semantic Kernel's <c>UseKernelFunctionInvocation</c>).
/// It keeps no state: what was asked, called and answered is read from the chat history at every turn, so a restored history goes on. Thread-safe.
/// </remarks>
/// <param name="withoutPicture">What is said where no picture is open; null says that there is none.</param>
public sealed class OfflinePlanner(string? withoutPicture = null) : IChatClient
{
    /// <summary>What it is, in words.</summary>
    public const string Name = "offline planner (rules, no language model)";

    private static readonly ChatClientMetadata Metadata = new("mglmm", defaultModelId: Name);

    private readonly string _withoutPicture = withoutPicture ?? "No picture is open.";

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new ChatResponse(Next([.. messages], options)) { ModelId = Name });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? Metadata
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Holds nothing.</summary>
    public void Dispose()
    {
    }

    /// <summary>The plan's next calls, or its words once all calls are made.</summary>
    private ChatMessage Next(IReadOnlyList<ChatMessage> history, ChatOptions? options)
    {
        // An agent's framework gives its instructions beside the messages: they tell which pictures are open.
        Recollection recollection = Recollection.Of(options?.Instructions is { Length: > 0 } instructions ? [new ChatMessage(ChatRole.System, instructions), .. history] : history);
        Plan plan = new(recollection, _withoutPicture);
        int answered = 0;
        foreach (IReadOnlyList<PlannedCall> calls in plan.Run())
        {
            if (answered + calls.Count > recollection.Answers.Count)
            {
                return new ChatMessage(
                    ChatRole.Assistant,
                    [
                        .. calls.Index().Select(call => new FunctionCallContent(
                            $"call_{history.Count}_{call.Index}", NameOf(call.Item, options), call.Item.Arguments.ToDictionary())),
                    ]);
            }

            foreach (PlannedCall call in calls)
            {
                call.Result = recollection.Answers[answered++];
            }
        }

        return new ChatMessage(ChatRole.Assistant, plan.Words);
    }

    /// <summary>A function goes by its own name, or behind its plugin's where a framework has plugins.</summary>
    private static string NameOf(PlannedCall call, ChatOptions? options) =>
        options?.Tools?.Any(tool => tool.Name == call.Function) == true ? call.Function : $"{call.Plugin}_{call.Function}";
}
