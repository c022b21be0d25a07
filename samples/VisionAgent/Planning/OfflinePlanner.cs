using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace MGLMM.Samples.VisionAgent.Planning;

/// <summary>
/// Stands in for a chat model where none is configured. It is no language model: rules over the words of an English request make a plan,
/// and the plan becomes function calls, a step at a time, as a model would emit them. Questions about what can be seen go to the vision
/// model; what no rule reads is refused.
/// </summary>
/// <remarks>
/// Keeps no state: what was asked, called and answered is read from the chat history at every turn, so a restored history goes on.
/// </remarks>
internal sealed class OfflinePlanner : IChatCompletionService
{
    public const string Name = "offline planner (rules, no language model)";

    public IReadOnlyDictionary<string, object?> Attributes { get; } = new Dictionary<string, object?> { ["ModelId"] = Name };

    /// <summary>The planner with Semantic Kernel's own function-calling loop around it.</summary>
    public static IChatCompletionService WithFunctionCalling() =>
        new OfflinePlanner().AsChatClient().AsBuilder().UseKernelFunctionInvocation().Build().AsChatCompletionService();

    public Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<ChatMessageContent>>([Next(chatHistory)]);
    }

    public async IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        ChatMessageContent message = Next(chatHistory);
        StreamingChatMessageContent piece = new(message.Role, message.Content, modelId: Name);
        foreach ((int index, Microsoft.SemanticKernel.FunctionCallContent call) in message.Items.OfType<Microsoft.SemanticKernel.FunctionCallContent>().Index())
        {
            piece.Items.Add(new StreamingFunctionCallUpdateContent(
                call.Id, call.FunctionName, System.Text.Json.JsonSerializer.Serialize(call.Arguments), index));
        }

        yield return piece;
    }

    /// <summary>What a function of a plugin is called as a tool of Microsoft.Extensions.AI, on which Semantic Kernel's loop is built.</summary>
    private static string NameOf(PlannedCall call) => $"{call.Plugin}_{call.Function}";

    /// <summary>The plan's next calls, or its words once all calls are made.</summary>
    private static ChatMessageContent Next(ChatHistory history)
    {
        Recollection recollection = Recollection.Of(history);
        Plan plan = new(recollection);
        int answered = 0;
        foreach (IReadOnlyList<PlannedCall> calls in plan.Run())
        {
            if (answered + calls.Count > recollection.Answers.Count)
            {
                ChatMessageContent message = new(AuthorRole.Assistant, content: null, modelId: Name);
                foreach ((int index, PlannedCall call) in calls.Index())
                {
                    message.Items.Add(new Microsoft.SemanticKernel.FunctionCallContent(
                        NameOf(call), pluginName: null, $"call_{history.Count}_{index}", new KernelArguments(call.Arguments.ToDictionary())));
                }

                return message;
            }

            foreach (PlannedCall call in calls)
            {
                call.Result = recollection.Answers[answered++];
            }
        }

        return new ChatMessageContent(AuthorRole.Assistant, plan.Words, modelId: Name);
    }
}
