using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Vision.Functions;

namespace MGLMM.Mcp;

/// <summary>The schemas of functions where a call may name its conversation, as it does over HTTP.</summary>
public static class ConversationSchemas
{
    /// <summary>A function's input schema, with the conversation as one argument more.</summary>
    /// <param name="function">The function.</param>
    public static JsonElement InputOf(VisionFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        JsonObject changed = JsonObject.Create(function.JsonSchema)!;
        changed["properties"]!.AsObject().Add(ConversationCalls.ConversationArgument, new JsonObject
        {
            ["type"] = "string",
            ["description"] = function.Name == ConversationCalls.OpenImage
                ? "Conversation handle of an earlier open_image, to add this picture to it; a new one begins if left out"
                : "Conversation handle that open_image gave; may be left out while there is only one",
        });
        return JsonSerializer.SerializeToElement(changed);
    }

    /// <summary>The schema of a function's results and errors; that of <c>open_image</c> has the conversation's handle.</summary>
    /// <param name="function">The function.</param>
    public static JsonElement OutputOf(VisionFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return OutputSchemas.Of(function, tellsConversation: function.Name == ConversationCalls.OpenImage);
    }
}
