using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace MGLMM.SemanticKernel.Chat;

/// <summary>
/// A chat history that takes messages to follow the results of the function calls that are being answered. Chat endpoints refuse anything
/// between a call and its result, and connectors ask for nothing in between, so only the history itself can put a message right behind.
/// </summary>
/// <remarks>Not thread-safe, as a history is not.</remarks>
public sealed class VisionChatHistory : ChatHistory
{
    private readonly Queue<ChatMessageContent> _following = [];

    /// <summary>Creates an empty history.</summary>
    public VisionChatHistory()
    {
    }

    /// <summary>Creates a history that starts with a system message.</summary>
    /// <param name="systemMessage">The message.</param>
    public VisionChatHistory(string systemMessage)
        : base(systemMessage)
    {
    }

    /// <summary>Creates a history of messages.</summary>
    /// <param name="messages">The messages, which are not copied.</param>
    public VisionChatHistory(IEnumerable<ChatMessageContent> messages)
        : base(messages)
    {
    }

    /// <summary>How many messages wait for results.</summary>
    internal int FollowingCount => _following.Count;

    /// <summary>Adds a message as soon as every function call of the last assistant's message has its result; at once where all have.</summary>
    /// <param name="message">The message.</param>
    public void AddAfterResults(ChatMessageContent message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _following.Enqueue(message);
        AddFollowing();
    }

    /// <inheritdoc/>
    public override void Add(ChatMessageContent item)
    {
        base.Add(item);
        AddFollowing();
    }

    private void AddFollowing()
    {
        if (_following.Count == 0 || !AllCallsAreAnswered())
        {
            return;
        }

        while (_following.TryDequeue(out ChatMessageContent? message))
        {
            base.Add(message);
        }
    }

    private bool AllCallsAreAnswered()
    {
        HashSet<string?> answered = new(StringComparer.Ordinal);
        for (int index = Count - 1; index >= 0; index--)
        {
            ChatMessageContent message = this[index];
            if (message.Role != AuthorRole.Tool)
            {
                return FunctionCallContent.GetFunctionCalls(message).All(call => answered.Contains(call.Id));
            }

            answered.UnionWith(message.Items.OfType<FunctionResultContent>().Select(result => result.CallId));
        }

        return true;
    }
}
