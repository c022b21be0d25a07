using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM.Data.SegCap;

/// <summary>Where a sample comes from.</summary>
public sealed record SegCapSource
{
    /// <summary>The data set, by the name of its kind, such as <c>refcoco+</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>The split, by the data set's own name; null where it has none.</summary>
    public string? Split { get; init; }

    /// <summary>The ids there, by the data set's own names, as they stand there: numbers, texts or lists of them.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Ids { get; init; }

    /// <summary>Fields that this version does not know: kept, and written again.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
