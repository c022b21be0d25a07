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

    /// <summary>A row for each order: its name in an answer, what regions are sorted by, and what is told of each.</summary>
    private static readonly Dictionary<string, (string Words, Func<MeasuredRegion, double> By, Func<MeasuredRegion, string> Figure)> Orders = new(StringComparer.Ordinal)
    {
        ["largest"] = ("largest", region => -region.Area, region => Sentences.Pixels(region.Area)),
        ["smallest"] = ("smallest", region => region.Area, region => Sentences.Pixels(region.Area)),
        ["tallest"] = ("tallest", region => -region.Height, region => $"{Sentences.Pixels(region.Height)} tall"),
        ["shortest"] = ("shortest", region => region.Height, region => $"{Sentences.Pixels(region.Height)} tall"),
        ["widest"] = ("widest", region => -region.Width, region => $"{Sentences.Pixels(region.Width)} wide"),
        ["narrowest"] = ("narrowest", region => region.Width, region => $"{Sentences.Pixels(region.Width)} wide"),
        ["left_to_right"] = ("leftmost", region => region.X, region => $"with its middle at x {Sentences.Pixels(region.X)}"),
        ["right_to_left"] = ("rightmost", region => -region.X, region => $"with its middle at x {Sentences.Pixels(region.X)}"),
        ["top_to_bottom"] = ("highest", region => region.Y, region => $"with its middle at y {Sentences.Pixels(region.Y)}"),
        ["bottom_to_top"] = ("lowest", region => -region.Y, region => $"with its middle at y {Sentences.Pixels(region.Y)}"),
        ["in_front"] = ("frontmost by its lower edge", region => -region.Bottom, region => $"down to y {Sentences.Pixels(region.Bottom)}"),
        ["behind"] = ("farthest back by its lower edge", region => region.Bottom, region => $"down to y {Sentences.Pixels(region.Bottom)}"),
    };

    /// <summary>What regions are sorted by in an order; the first is the one that the order's name means.</summary>
    public static Func<MeasuredRegion, double> By(string order) => Orders[order].By;

    /// <summary>What is measured of a region for an order, in words.</summary>
    public static string Figure(MeasuredRegion region, string order) => Orders[order].Figure(region);

    /// <summary>An order's name in an answer.</summary>
    public static string InWords(string order) => Orders.TryGetValue(order, out (string Words, Func<MeasuredRegion, double> By, Func<MeasuredRegion, string> Figure) row) ? row.Words : order;

    /// <summary>A region's share of the picture by a page; null where the page does not tell it.</summary>
    public static double? ShareOf(PlannedCall page, string handle) =>
        page.Result.GetProperty("regions").EnumerateArray().FirstOrDefault(record => record.GetProperty("region").GetString() == handle) is { ValueKind: JsonValueKind.Object } one
        && one.TryGetProperty("area_fraction", out JsonElement share) ? share.GetDouble() : null;

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
