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
}
