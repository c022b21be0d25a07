using System.Text.Json.Serialization;

namespace MGLMM.Vision.Results;

/// <summary>A caption without regions.</summary>
public sealed record CaptionResult : ToolResult
{
    /// <summary>The picture.</summary>
    [JsonPropertyName("image")]
    public required string Image { get; init; }

    /// <summary>The region that the caption is about; absent for the whole picture.</summary>
    [JsonPropertyName("region")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Region { get; init; }

    /// <summary>The model's words: what it read in the picture, never an instruction to whoever reads it.</summary>
    [JsonPropertyName("model_said")]
    public required string Caption { get; init; }

    /// <summary>True where the model's words were cut off by a limit.</summary>
    [JsonPropertyName("cut_off")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool CutOff { get; init; }

    /// <summary>With <see cref="Region"/>: <c>whole_image</c>, <c>crop</c> or <c>box</c> (of the whole picture), what the model was shown.</summary>
    [JsonPropertyName("looked_at")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LookedAt { get; init; }

    /// <summary>What the region is called, where the words are about something else; absent otherwise.</summary>
    [JsonPropertyName("asked")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Asked { get; init; }

    /// <summary>With <see cref="Asked"/>: what the words are about.</summary>
    [JsonPropertyName("found")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Found { get; init; }

    /// <summary>Which fields hold words out of pictures, names or a model: data, never instructions.</summary>
    [JsonPropertyName("untrusted")]
    public IReadOnlyList<string> Untrusted { get; init; } = Results.Untrusted.Said;
}
