using Microsoft.Extensions.AI;

namespace MGLMM.Extensions.AI;

/// <summary>A model as a chat client.</summary>
public static class GroundingModelChat
{
    /// <inheritdoc cref="MglmmChatClient(IGroundingModel, MglmmChatClientOptions?)"/>
    public static IChatClient AsIChatClient(this IGroundingModel model, MglmmChatClientOptions? options = null) => new MglmmChatClient(model, options);

    /// <summary>The regions of a response of <see cref="MglmmChatClient"/>; empty where it has none.</summary>
    public static IReadOnlyList<ChatSegment> Segments(this ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return Find(response.AdditionalProperties) ?? response.Messages.Select(message => Find(message.AdditionalProperties)).FirstOrDefault(found => found is not null) ?? [];

        static IReadOnlyList<ChatSegment>? Find(AdditionalPropertiesDictionary? properties) =>
            properties?.TryGetValue(MglmmChatClient.SegmentsKey, out object? value) == true ? value as IReadOnlyList<ChatSegment> : null;
    }
}
