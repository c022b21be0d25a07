using System.Text.Json.Serialization;
using MGLMM.Masks;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Results;

/// <summary>A region as a model sees it. Fields that were not asked for are absent.</summary>
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
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? AreaPx { get; init; }

    /// <summary>Share of the whole picture, 0 to 1, rounded to 4 digits.</summary>
    [JsonPropertyName("area_fraction")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AreaFraction { get; init; }

    /// <summary>Left, top, right, bottom of the smallest box around it; right and bottom lie just outside.</summary>
    [JsonPropertyName("box_xyxy_px")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? BoxXyxyPx { get; init; }

    /// <summary>The pixel that the middle of its pixels lies in: x from the left, y from the top, from 0. Of a ring, say, it may lie in the hole.</summary>
    [JsonPropertyName("centroid_xy_px")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? CentroidXyPx { get; init; }

    /// <summary>The region that it was found in.</summary>
    [JsonPropertyName("within")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Within { get; init; }

    /// <summary>What made it: the model's instruction, or the operation on other regions. Of a region that the host brought, always there.</summary>
    [JsonPropertyName("origin")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Origin { get; init; }

    /// <summary>Describes a region of a workspace.</summary>
    /// <param name="region">The region.</param>
    /// <param name="fields">Which fields; the handle is always there.</param>
    public static RegionRecord Of(VisionRegion region, RegionFields fields = RegionFields.Normal)
    {
        ArgumentNullException.ThrowIfNull(region);
        PixelBox box = region.Mask.Box;
        MaskPoint? centroid = Has(RegionFields.Centroid) ? region.Mask.Centroid() : null;
        return new RegionRecord
        {
            Region = region.Handle,
            Phrase = Has(RegionFields.Phrase) ? region.Phrase : null,
            AreaPx = Has(RegionFields.AreaPx) ? region.Mask.Area : null,
            AreaFraction = Has(RegionFields.AreaFraction) ? Math.Round(region.AreaFraction, 4) : null,
            BoxXyxyPx = Has(RegionFields.Box) ? [box.Left, box.Top, box.Right, box.Bottom] : null,
            CentroidXyPx = centroid is { } point ? [(int)Math.Floor(point.X), (int)Math.Floor(point.Y)] : null,
            Within = Has(RegionFields.Within) ? region.Parent : null,
            Origin = Has(RegionFields.Origin) || region.IsFromHost ? PlainText.Limit(region.Instruction, 80) : null,
        };

        bool Has(RegionFields field) => (fields & field) != 0;
    }
}
