using System.Text.Json.Serialization;
using MGLMM.Data.SegCap;

namespace MGLMM.Cli.Output;

/// <summary>Source-generated JSON of what a check found.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(SegCapReport))]
internal sealed partial class SegCapReportJson : JsonSerializerContext;
