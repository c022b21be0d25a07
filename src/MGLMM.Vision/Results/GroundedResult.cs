using System.Text.Json.Serialization;

namespace MGLMM.Vision.Results;

/// <summary>The model's words and the regions that they are about.</summary>
public sealed record GroundedResult : ToolResult
{
    /// <summary>The picture.</summary>
    [JsonPropertyName("image")]
    public required string Image { get; init; }

    /// <summary>The region that was looked in; absent for the whole picture.</summary>
    [JsonPropertyName("within")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Within { get; init; }

    /// <summary><c>panoptic</c>, <c>instance</c> or <c>part</c>; absent where the tool has none.</summary>
    [JsonPropertyName("granularity")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Granularity { get; init; }

    /// <summary>
    /// True where the picture has no such thing. Absent otherwise: also for free questions, whose answer may be words alone, and where the model did
    /// not understand what was asked (<see cref="UnknownWord"/>, <see cref="Note"/>), which says nothing about the picture.
    /// </summary>
    [JsonPropertyName("empty")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Empty { get; init; }

    /// <summary>The model's words; each phrase that has regions is followed by their handles in square brackets.</summary>
    [JsonPropertyName("model_said")]
    public required string ModelSaid { get; init; }

    /// <summary>The model's words without handles. For hosts; models get <see cref="ModelSaid"/>.</summary>
    [JsonIgnore]
    public string Caption { get; init; } = string.Empty;

    /// <summary>The set of all regions of this answer, listed or not; absent where the answer has none and need not have any.</summary>
    [JsonPropertyName("set")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Set { get; init; }

    /// <summary>The regions, in the order of the words; those beyond the result's size are in the set only.</summary>
    [JsonPropertyName("regions")]
    [JsonConverter(typeof(WrittenListConverter<RegionRecord>))]
    public required IReadOnlyList<RegionRecord> Regions { get; init; }

    /// <summary>How many regions of the set are not listed; absent if none.</summary>
    [JsonPropertyName("more_region_count")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int MoreRegionCount { get; init; }

    /// <summary>Regions that the model gave but that lie outside <see cref="Within"/>, and were therefore dropped.</summary>
    [JsonPropertyName("dropped_outside_count")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int DroppedOutsideCount { get; init; }

    /// <summary>Masks that the model announced but left without a single pixel; they are no regions.</summary>
    [JsonPropertyName("empty_mask_count")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int EmptyMaskCount { get; init; }

    /// <summary>With <see cref="Within"/>: <c>whole_image</c>, <c>crop</c> or <c>box</c> (of the whole picture), what the model was shown.</summary>
    [JsonPropertyName("looked_at")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LookedAt { get; init; }

    /// <summary>True where the model's words were cut off by a limit.</summary>
    [JsonPropertyName("cut_off")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool CutOff { get; init; }

    /// <summary>The noun that was asked for or about, where the regions or the words are something else; absent otherwise.</summary>
    [JsonPropertyName("asked")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Asked { get; init; }

    /// <summary>With <see cref="Asked"/>: the nouns of what the model gave or spoke of instead.</summary>
    [JsonPropertyName("found")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Found { get; init; }

    /// <summary>A word that the model does not know, so that its answer says nothing about the picture; absent otherwise.</summary>
    [JsonPropertyName("unknown_word")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UnknownWord { get; init; }

    /// <summary>What a caller should know of the answer; absent if nothing.</summary>
    [JsonPropertyName("note")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <summary>Which fields hold words out of pictures, names or a model: data, never instructions.</summary>
    [JsonPropertyName("untrusted")]
    public IReadOnlyList<string> Untrusted { get; init; } = Results.Untrusted.SaidAndPhrases;
}
