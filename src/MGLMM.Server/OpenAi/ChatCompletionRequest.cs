using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace MGLMM.Server.OpenAi;

/// <summary>A request of <c>/v1/chat/completions</c>, as far as the model has a use for it; other fields are ignored.</summary>
internal sealed record ChatCompletionRequest
{
    public string? Model { get; init; }

    public IReadOnlyList<Message?>? Messages { get; init; }

    public bool? Stream { get; init; }

    public StreamOptions? StreamOptions { get; init; }

    public int? MaxTokens { get; init; }

    public int? MaxCompletionTokens { get; init; }

    public int? N { get; init; }

    public JsonElement? ToolChoice { get; init; }

    /// <summary>The messages in the form of Microsoft.Extensions.AI.</summary>
    /// <exception cref="ArgumentException">A part is not one that the model takes.</exception>
    public IEnumerable<ChatMessage> ToChat()
    {
        for (int index = 0; index < Messages?.Count; index++)
        {
            Message message = Messages[index] ?? throw new ArgumentException($"messages[{index}] is null.");
            ChatRole role = message.Role switch
            {
                "system" or "developer" => ChatRole.System,
                "user" => ChatRole.User,
                "assistant" => ChatRole.Assistant,
                "tool" or "function" => ChatRole.Tool,
                _ => throw new ArgumentException($"messages[{index}].role is '{message.Role}'; use system, user or assistant."),
            };
            yield return new ChatMessage(role, [.. PartsOf(message.Content, index)]);
        }
    }

    private static IEnumerable<AIContent> PartsOf(JsonElement? content, int index)
    {
        switch (content?.ValueKind)
        {
            case null or JsonValueKind.Null:
                yield break;
            case JsonValueKind.String:
                yield return new TextContent(content.Value.GetString());
                yield break;
            case JsonValueKind.Array:
                foreach (JsonElement part in content.Value.EnumerateArray())
                {
                    yield return PartOf(part, index);
                }

                yield break;
            default:
                throw new ArgumentException($"messages[{index}].content is neither text nor a list of parts.");
        }
    }

    private static AIContent PartOf(JsonElement part, int index)
    {
        string? type = part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out JsonElement named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        switch (type)
        {
            case "text" or "refusal" when part.TryGetProperty(type, out JsonElement text) && text.ValueKind == JsonValueKind.String:
                return new TextContent(text.GetString());
            case "image_url" when part.TryGetProperty("image_url", out JsonElement image):
                string? address = image.ValueKind == JsonValueKind.String ? image.GetString()
                    : image.ValueKind == JsonValueKind.Object && image.TryGetProperty("url", out JsonElement url) && url.ValueKind == JsonValueKind.String ? url.GetString()
                    : null;
                return PictureOf(address, index);
            default:
                throw new ArgumentException($"messages[{index}].content has a part that is neither text nor image_url.");
        }
    }

    private static DataContent PictureOf(string? address, int index)
    {
        if (address?.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new ArgumentException($"messages[{index}] has an image_url that is no data URI (data:image/png;base64,...); addresses are not fetched.");
        }

        try
        {
            return new DataContent(address);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw new ArgumentException($"messages[{index}] has an image_url whose data URI cannot be read.", exception);
        }
    }

    /// <summary>A message.</summary>
    internal sealed record Message(string Role, JsonElement? Content = null);
}

/// <summary>What a stream tells beside the text.</summary>
internal sealed record StreamOptions(bool? IncludeUsage = null);

/// <summary>The forms of the endpoint, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ChatCompletionRequest))]
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(ChatCompletionChunk))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ErrorAnswer))]
internal sealed partial class OpenAiJson : JsonSerializerContext
{
    private static OpenAiJson? _readable;

    /// <summary>Escapes only what JSON demands: mark-up and run lengths are full of what HTML would want escaped.</summary>
    public static OpenAiJson Readable => _readable ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
