using System.Text.Json.Serialization;

namespace MGLMM.Data.SegCap;

/// <summary>Source-generated JSON of SegCap files; <see cref="SegCapLines"/> adapts it to the versions.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SegCapSample))]
internal sealed partial class SegCapJson : JsonSerializerContext;
