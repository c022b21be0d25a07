using System.Text.Json;
using Microsoft.Extensions.AI;

namespace MGLMM.Data.Annotation.Captions;

/// <summary>Asks a chat model for one JSON object.</summary>
internal static class ChatReply
{
    /// <summary>As even as a chat model can be.</summary>
    private static readonly ChatOptions Options = new() { Temperature = 0, Seed = 0, MaxOutputTokens = 1000 };

    /// <summary>The text of the reply.</summary>
    public static async Task<string> AskAsync(IChatClient client, IList<ChatMessage> messages, CancellationToken cancellationToken) =>
        (await client.GetResponseAsync(messages, Options, cancellationToken).ConfigureAwait(false)).Text;

    /// <summary>A text property of the first object in a reply, which may stand in prose or a fence; null where there is none.</summary>
    public static string? Field(string reply, string name)
    {
        (int start, int end) = (reply.IndexOf('{', StringComparison.Ordinal), reply.LastIndexOf('}'));
        if (start < 0 || end <= start)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(reply.AsMemory(start, end - start + 1));
            return document.RootElement.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
