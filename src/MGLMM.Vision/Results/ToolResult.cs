using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM.Vision.Results;

/// <summary>
/// What a tool gives back: small records of text and numbers, with units in the names. Pixels, masks and files stay in the
/// workspace.
/// </summary>
/// <remarks>Every JSON name is written on its property, because callers serialise with options of their own.</remarks>
[JsonDerivedType(typeof(OpenedImageResult))]
[JsonDerivedType(typeof(GroundedResult))]
[JsonDerivedType(typeof(CaptionResult))]
[JsonDerivedType(typeof(RegionsResult))]
[JsonDerivedType(typeof(ComparisonResult))]
[JsonDerivedType(typeof(ArtifactResult))]
[JsonDerivedType(typeof(OwnResult))]
[JsonDerivedType(typeof(ToolError))]
public abstract record ToolResult
{
    private protected ToolResult()
    {
    }

    /// <summary>Where the time of the model's last answer went; null where it was not asked. For the host, not for the model.</summary>
    [JsonIgnore]
    public AnswerTimings? Timings { get; init; }

    /// <summary>The record as JSON, without nulls and with letters of all scripts as they are, which costs a model least. Not for HTML.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ResultJson.Readable.ToolResult);

    /// <summary>As <see cref="ToJson"/>: whoever prints a result, or puts it into a prompt, gets what a model gets.</summary>
    public sealed override string ToString() => ToJson();
}

/// <summary>Source-generated JSON of the results.</summary>
[JsonSerializable(typeof(ToolResult))]
[JsonSerializable(typeof(RegionRecord))]
[JsonSerializable(typeof(RegionPair))]
internal sealed partial class ResultJson : JsonSerializerContext
{
    private static ResultJson? _readable;

    /// <summary>Escapes only what JSON demands: an escaped letter costs a model several tokens.</summary>
    public static ResultJson Readable => _readable ??= new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
