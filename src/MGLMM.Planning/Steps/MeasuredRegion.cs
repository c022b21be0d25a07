using System.Text.Json;

namespace MGLMM.Planning.Steps;

/// <summary>What a page of regions tells of one of them, in pixels.</summary>
/// <param name="Region">The region.</param>
/// <param name="Area">Its pixels.</param>
/// <param name="Share">Its share of the picture, 0 to 1.</param>
/// <param name="Left">Its box.</param>
/// <param name="Top">Its box.</param>
/// <param name="Right">Its box.</param>
/// <param name="Bottom">Its box.</param>
/// <param name="X">The middle of its pixels.</param>
/// <param name="Y">The middle of its pixels.</param>
internal sealed record MeasuredRegion(KnownRegion Region, double Area, double Share, double Left, double Top, double Right, double Bottom, double X, double Y)
{
    /// <summary>What a page must be asked for.</summary>
    public const string Fields = "phrase, area_px, area_fraction, box_xyxy_px, centroid_xy_px";

    public double Width => Right - Left;

    public double Height => Bottom - Top;

    /// <summary>The regions of a page with all of their measures; others are left out.</summary>
    public static IReadOnlyList<MeasuredRegion> Of(PlannedCall page) =>
        page.Failed || page.Result.ValueKind != JsonValueKind.Object || !page.Result.TryGetProperty("regions", out JsonElement regions) ? []
        : [.. regions.EnumerateArray().Select(One).OfType<MeasuredRegion>()];

    /// <summary>By what is said of sizes: "tallest" goes by height. Null where a word is none of these.</summary>
    public static Func<MeasuredRegion, double>? By(string? order) => order switch
    {
        "tallest" => region => -region.Height,
        "shortest" => region => region.Height,
        "widest" => region => -region.Width,
        "narrowest" => region => region.Width,
        _ => null,
    };

    private static MeasuredRegion? One(JsonElement record) =>
        Numbers(record, "box_xyxy_px") is [var left, var top, var right, var bottom] && Numbers(record, "centroid_xy_px") is [var x, var y]
            ? new MeasuredRegion(
                new KnownRegion(record.GetProperty("region").GetString() ?? string.Empty, record.TryGetProperty("phrase", out JsonElement phrase) ? phrase.GetString() ?? string.Empty : string.Empty),
                Number(record, "area_px"), Number(record, "area_fraction"), left, top, right, bottom, x, y)
            : null;

    private static double Number(JsonElement record, string name) =>
        record.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;

    private static double[] Numbers(JsonElement record, string name) =>
        record.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(value => value.ValueKind == JsonValueKind.Number)
            ? [.. list.EnumerateArray().Select(value => value.GetDouble())] : [];
}
