using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM.Evaluation.Predictions;

/// <summary>Source-generated JSON of kept answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Prediction))]
[JsonSerializable(typeof(PredictionRun))]
internal sealed partial class PredictionJson : JsonSerializerContext
{
    /// <summary>For writing: without escapes for HTML, which run lengths and markup are full of.</summary>
    public static PredictionJson Lines { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
