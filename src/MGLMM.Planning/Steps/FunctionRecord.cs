using System.Text.Json;

namespace MGLMM.Planning.Steps;

/// <summary>Reads what a function gave back; what is not there, or is something else, reads as nothing.</summary>
/// <param name="Json">The function's record.</param>
public readonly record struct FunctionRecord(JsonElement Json)
{
    /// <summary>Whether it has regions to list, even if none.</summary>
    public bool HasRegions => List("regions") is not null;

    /// <summary>The listed regions.</summary>
    public IReadOnlyList<KnownRegion> Regions =>
        List("regions") is { } regions
            ? [.. regions.EnumerateArray().Select(region => new FunctionRecord(region)).Select(region => new KnownRegion(region.Text("region") ?? string.Empty, region.Text("phrase") ?? string.Empty))]
            : [];

    /// <summary>How many regions there are, listed or not.</summary>
    public int Count => Number("count") ?? (Regions.Count + (Number("more_region_count") ?? 0));

    /// <summary>A property of text; null where it is none.</summary>
    /// <param name="property">Its name.</param>
    public string? Text(string property) => Property(property) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>Whether a property is there and true.</summary>
    /// <param name="property">Its name.</param>
    public bool True(string property) => Property(property) is { ValueKind: JsonValueKind.True };

    /// <summary>A property that is a list; null where it is none.</summary>
    /// <param name="property">Its name.</param>
    public JsonElement? List(string property) => Property(property) is { ValueKind: JsonValueKind.Array } value ? value : null;

    private int? Number(string property) =>
        Property(property) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number) ? number : null;

    private JsonElement? Property(string property) => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(property, out JsonElement value) ? value : null;
}
