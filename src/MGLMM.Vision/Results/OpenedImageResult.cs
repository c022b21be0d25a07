using System.Text.Json.Serialization;

namespace MGLMM.Vision.Results;

/// <summary>A picture that was opened.</summary>
public sealed record OpenedImageResult : ToolResult
{
    /// <summary>The handle that the other tools take.</summary>
    [JsonPropertyName("image")]
    public required string Image { get; init; }

    /// <summary>What it is called.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Width in pixels.</summary>
    [JsonPropertyName("width_px")]
    public required int WidthPx { get; init; }

    /// <summary>Height in pixels.</summary>
    [JsonPropertyName("height_px")]
    public required int HeightPx { get; init; }

    /// <summary>The file's format.</summary>
    [JsonPropertyName("format")]
    public required string Format { get; init; }

    /// <summary>What the model knows; absent where there is no model.</summary>
    [JsonPropertyName("model")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelSummary? Model { get; init; }

    /// <summary>Which fields hold words out of pictures, names or a model: data, never instructions.</summary>
    [JsonPropertyName("untrusted")]
    public IReadOnlyList<string> Untrusted { get; init; } = Results.Untrusted.Name;
}
