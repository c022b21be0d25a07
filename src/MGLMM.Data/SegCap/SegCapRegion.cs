using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM.Data.SegCap;

/// <summary>A region of a picture: a node of the tree that the regions of a sample form.</summary>
public sealed record SegCapRegion
{
    /// <summary>Unique in its sample.</summary>
    public required string Id { get; init; }

    /// <summary>The region that this one is part of; null for what is part of the picture only.</summary>
    public string? Parent { get; init; }

    /// <summary>What it is, in a word or two.</summary>
    public required string Label { get; init; }

    /// <summary>What it looks like; null where nobody said.</summary>
    public string? Caption { get; init; }

    /// <summary>Its pixels.</summary>
    public required RunLengths Mask { get; init; }

    /// <summary>Whether it is a crowd: many things of one kind that nobody told apart, as COCO's <c>iscrowd</c>.</summary>
    public bool Crowd { get; init; }

    /// <summary>Fields that this version does not know: kept, and written again.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
