using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM;

/// <summary>
/// How questions and answers are written as JSON, for a model in another process: property names in snake case, enums as words, masks as COCO
/// run lengths (<c>{"size": [height, width], "counts": "..."}</c>), durations in seconds. Reading refuses what is not whole.
/// </summary>
public static class GroundingJson
{
    /// <summary>The options; read-only. They know <see cref="GroundedAnswer"/>, <see cref="AnswerPiece"/>, <see cref="AskOptions"/> and <see cref="ModelCard"/>.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        JsonSerializerOptions options = new(GroundingJsonContext.Default.Options)
        {
            TypeInfoResolver = GroundingJsonContext.Default,
        };
        options.MakeReadOnly();
        return options;
    }
}

/// <summary>The types that <see cref="GroundingJson"/> knows, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(SecondsJsonConverter)])]
[JsonSerializable(typeof(GroundedAnswer))]
[JsonSerializable(typeof(AnswerPiece))]
[JsonSerializable(typeof(AskOptions))]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(ModelStatus))]
internal sealed partial class GroundingJsonContext : JsonSerializerContext;
