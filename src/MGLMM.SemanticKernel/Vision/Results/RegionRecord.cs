using System.Text.Json.Serialization;
using MGLMM.SemanticKernel.Vision;

namespace MGLMM.SemanticKernel.Vision.Results;

/// <summary>A region as a model sees it.</summary>
public sealed record RegionRecord
{
    /// <summary>The handle that other tools take.</summary>
    [JsonPropertyName("region")]
    public required string Region { get; init; }

    /// <summary>What the model called it; absent where it gave no words.</summary>
    [JsonPropertyName("phrase")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Phrase { get; init; }

    /// <summary>Pixels inside.</summary>
    [JsonPropertyName("area_px")]
    public required long AreaPx { get; init; }

    /// <summary>Share of the whole picture, 0 to 1, rounded to 4 digits.</summary>
    [JsonPropertyName("area_fraction")]
    public required double AreaFraction { get; init; }

    /// <summary>Left, top, right, bottom of the smallest box around it; right and bottom lie just outside.</summary>
    [JsonPropertyName("box_xyxy_px")]
    public required IReadOnlyList<int> BoxXyxyPx { get; init; }

    /// <summary>Describes a region of a workspace.</summary>
    public static RegionRecord Of(VisionRegion region)
    {
        ArgumentNullException.ThrowIfNull(region);
        var box = region.Mask.Box;
        return new RegionRecord
        {
            Region = region.Handle,
            Phrase = region.Phrase,
            AreaPx = region.Mask.Area,
            AreaFraction = Math.Round(region.AreaFraction, 4),
            BoxXyxyPx = [box.Left, box.Top, box.Right, box.Bottom],
        };
    }
}
