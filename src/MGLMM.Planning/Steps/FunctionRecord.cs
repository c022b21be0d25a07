using System.Text.Json;

namespace MGLMM.Planning.Steps;

/// <summary>Reads what a function gave back; what is not there, or is something else, reads as nothing.</summary>
/// <param name="Json">The function's record.</param>
public readonly record struct FunctionRecord(JsonElement Json)
{
    /// <summary>Boxes that overlap more are those of one thing.</summary>
    private const double SameThing = 0.75;

    /// <summary>Whether it has regions to list, even if none.</summary>
    public bool HasRegions => List("regions") is not null;

    /// <summary>The listed regions.</summary>
    public IReadOnlyList<KnownRegion> Regions =>
        List("regions") is { } regions
            ? [.. regions.EnumerateArray().Select(region => new FunctionRecord(region)).Select(region => new KnownRegion(region.Text("region") ?? string.Empty, region.Text("phrase") ?? string.Empty))]
            : [];

    /// <summary>The handles of regions that are an earlier one of the list, found twice: the same noun in nearly the same box.</summary>
    internal IReadOnlySet<string> Repeated
    {
        get
        {
            HashSet<string> repeated = new(StringComparer.Ordinal);
            List<(string Noun, double[] Box)> kept = [];
            foreach (FunctionRecord region in List("regions") is { } regions ? regions.EnumerateArray().Select(region => new FunctionRecord(region)) : [])
            {
                if (region.List("box_xyxy_px") is not { } box || box.GetArrayLength() != 4 || box.EnumerateArray().Any(side => side.ValueKind != JsonValueKind.Number))
                {
                    continue;
                }

                (string Noun, double[] Box) one = (Nouns.Head(region.Text("phrase") ?? string.Empty), [.. box.EnumerateArray().Select(side => side.GetDouble())]);
                if (kept.Exists(other => other.Noun == one.Noun && Overlap(other.Box, one.Box) > SameThing))
                {
                    repeated.Add(region.Text("region") ?? string.Empty);
                }
                else
                {
                    kept.Add(one);
                }
            }

            return repeated;
        }
    }

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

    private static double Overlap(double[] a, double[] b)
    {
        double width = Math.Min(a[2], b[2]) - Math.Max(a[0], b[0]);
        double height = Math.Min(a[3], b[3]) - Math.Max(a[1], b[1]);
        double both = Math.Max(0, width) * Math.Max(0, height);
        return both / (((a[2] - a[0]) * (a[3] - a[1])) + ((b[2] - b[0]) * (b[3] - b[1])) - both);
    }

    private int? Number(string property) =>
        Property(property) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number) ? number : null;

    private JsonElement? Property(string property) => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(property, out JsonElement value) ? value : null;
}
