using System.Text.Json.Serialization;

namespace MGLMM.Vision.Results;

/// <summary>A file that was made for the user. Its content stays with the host.</summary>
public sealed record ArtifactResult : ToolResult
{
    /// <summary>The artifact's handle, to name it to the user.</summary>
    [JsonPropertyName("artifact")]
    public required string Artifact { get; init; }

    /// <summary>The picture that it is about.</summary>
    [JsonPropertyName("image")]
    public required string Image { get; init; }

    /// <summary>The style of a rendered picture, or the format of an export.</summary>
    [JsonPropertyName("kind")]
    public required string Kind { get; init; }

    /// <summary>The file's name; no path.</summary>
    [JsonPropertyName("file_name")]
    public required string FileName { get; init; }

    /// <summary>Its size in bytes.</summary>
    [JsonPropertyName("size_bytes")]
    public required long SizeBytes { get; init; }

    /// <summary>Width of a picture in pixels; absent for other files.</summary>
    [JsonPropertyName("width_px")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? WidthPx { get; init; }

    /// <summary>Height of a picture in pixels; absent for other files.</summary>
    [JsonPropertyName("height_px")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? HeightPx { get; init; }

    /// <summary>How many regions it shows or holds.</summary>
    [JsonPropertyName("region_count")]
    public required int RegionCount { get; init; }

    /// <summary>What a caller should know, such as a format that cannot hold something; absent if nothing.</summary>
    [JsonPropertyName("note")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }
}
