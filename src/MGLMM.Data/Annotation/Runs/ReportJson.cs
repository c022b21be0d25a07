using System.Text.Json.Serialization;

namespace MGLMM.Data.Annotation.Runs;

/// <summary>Source-generated JSON of reports, for people.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(AnnotationReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
