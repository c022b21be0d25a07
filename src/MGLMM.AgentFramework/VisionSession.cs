using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM.AgentFramework;

/// <summary>What a session holds of its workspace: where it is, not what is in it.</summary>
/// <param name="Conversation">The workspace's handle; null before the first run.</param>
/// <param name="Told">Pictures of the chat that were opened: the handle by the SHA-256 of the file, or of the address that it was given by.</param>
internal sealed record VisionSession(string? Conversation, IReadOnlyDictionary<string, string> Told)
{
    public static readonly VisionSession Empty = new(null, new Dictionary<string, string>());

    public static readonly JsonSerializerOptions Json = new(VisionSessionJson.Default.Options);
}

/// <summary>Source-generated JSON of a session's state.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(VisionSession))]
internal sealed partial class VisionSessionJson : JsonSerializerContext;
