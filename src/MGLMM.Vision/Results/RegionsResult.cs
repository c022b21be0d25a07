using System.Text.Json.Serialization;

namespace MGLMM.Vision.Results;

/// <summary>Regions that geometry made, chose or paged: no model was asked.</summary>
public sealed record RegionsResult : ToolResult
{
    /// <summary>The picture.</summary>
    [JsonPropertyName("image")]
    public required string Image { get; init; }

    /// <summary>The set that holds all regions of this result, listed or not.</summary>
    [JsonPropertyName("set")]
    public required string Set { get; init; }

    /// <summary>How many regions the set has.</summary>
    [JsonPropertyName("count")]
    public required int Count { get; init; }

    /// <summary>True where nothing is left; absent otherwise.</summary>
    [JsonPropertyName("empty")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Empty { get; init; }

    /// <summary>The regions, in order; those that do not fit are reached with get_regions.</summary>
    [JsonPropertyName("regions")]
    [JsonConverter(typeof(WrittenListConverter<RegionRecord>))]
    public required IReadOnlyList<RegionRecord> Regions { get; init; }

    /// <summary>The offset of the next page; absent on the last.</summary>
    [JsonPropertyName("next_offset")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? NextOffset { get; init; }

    /// <summary>What a caller should know of the operation, such as regions that it left out; absent if nothing.</summary>
    [JsonPropertyName("note")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <summary>Which fields hold words out of pictures, names or a model: data, never instructions.</summary>
    [JsonPropertyName("untrusted")]
    public IReadOnlyList<string> Untrusted { get; init; } = Results.Untrusted.Phrases;
}
