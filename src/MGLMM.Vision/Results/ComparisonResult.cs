using System.Text.Json.Serialization;

namespace MGLMM.Vision.Results;

/// <summary>How regions lie to each other, pair by pair.</summary>
public sealed record ComparisonResult : ToolResult
{
    /// <summary>The picture.</summary>
    [JsonPropertyName("image")]
    public required string Image { get; init; }

    /// <summary>The pairs.</summary>
    [JsonPropertyName("pairs")]
    [JsonConverter(typeof(WrittenListConverter<RegionPair>))]
    public required IReadOnlyList<RegionPair> Pairs { get; init; }

    /// <summary>Pairs that were left out to keep the result short; absent if none.</summary>
    [JsonPropertyName("omitted_pair_count")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int OmittedPairCount { get; init; }

    /// <summary>What a caller should know of the comparison, such as members of a set that are no longer kept; absent if nothing.</summary>
    [JsonPropertyName("note")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }
}

/// <summary>How region <see cref="A"/> lies to region <see cref="B"/>.</summary>
public sealed record RegionPair
{
    /// <summary>The first region.</summary>
    [JsonPropertyName("a")]
    public required string A { get; init; }

    /// <summary>The second region.</summary>
    [JsonPropertyName("b")]
    public required string B { get; init; }

    /// <summary>Intersection over union, 0 to 1, rounded to 4 digits.</summary>
    [JsonPropertyName("iou")]
    public required double Iou { get; init; }

    /// <summary>The share of <see cref="A"/> that lies in <see cref="B"/>, 0 to 1, rounded to 4 digits.</summary>
    [JsonPropertyName("a_in_b_fraction")]
    public required double AInBFraction { get; init; }

    /// <summary>The share of <see cref="B"/> that lies in <see cref="A"/>, 0 to 1, rounded to 4 digits.</summary>
    [JsonPropertyName("b_in_a_fraction")]
    public required double BInAFraction { get; init; }

    /// <summary>The pixels between the two: 0 where they touch or overlap. Rounded to 1 digit.</summary>
    [JsonPropertyName("gap_px")]
    public required double GapPx { get; init; }

    /// <summary>What <see cref="A"/> is to <see cref="B"/>: left_of, right_of, above, below, touching, overlapping, inside, contains.</summary>
    [JsonPropertyName("a_is")]
    public required IReadOnlyList<string> AIs { get; init; }
}
