using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Functions;

/// <summary>The group <c>vision_geometry</c>, as a language model is told of it: exact work on regions, without the model.</summary>
internal static class GeometryFunctions
{
    /// <summary>The name of the group.</summary>
    public const string GroupName = "vision_geometry";

    private const string Set = "Regions, a set or an image (all its regions), such as m3, m4 or s2 or img1";

    [DisplayName("combine_regions")]
    [Description(
        "Makes new regions out of known ones, exact to the pixel. union: all as one; intersect: common pixels; subtract: regions without others; "
        + "invert: the rest of the picture; grow, shrink: by 'pixels'; largest_part: the largest connected piece; split_parts: each connected piece.")]
    [return: Description("set, count, regions [{region, phrase, area_px, box_xyxy_px}], empty: true if nothing is left")]
    public static Task<ToolResult> CombineRegions(
        VisionToolset toolset,
        [Description("What to do")]
        [AllowedValues("union", "intersect", "subtract", "invert", "grow", "shrink", "largest_part", "split_parts")] string operation,
        [Description(Set)] string regions,
        [Description("More regions, same form; subtract needs them")] string? others = null,
        [Description("Distance in px for grow and shrink")] double? pixels = null,
        CancellationToken cancellationToken = default) =>
        toolset.CombineRegionsAsync(operation, regions, others, pixels, cancellationToken);

    [DisplayName("select_regions")]
    [Description(
        "Filters, counts and sorts regions: its 'count' is how many match. The largest car is set=s1, label=car, order_by=largest, top=1; "
        + "the second from the left is order_by=left_to_right, nth=2.")]
    [return: Description("set, count, regions, empty: true if none matches")]
    public static Task<ToolResult> SelectRegions(
        VisionToolset toolset,
        [Description(Set)] string set,
        [Description("Word that the phrase must have, such as car")] string? label = null,
        [Description("Smallest area in px")] long? min_area_px = null,
        [Description("Largest area in px")] long? max_area_px = null,
        [Description("Order; as given if left out")]
        [AllowedValues("largest", "smallest", "left_to_right", "right_to_left", "top_to_bottom", "bottom_to_top", "nearest", "farthest")] string? order_by = null,
        [Description("Region that nearest and farthest measure from")] string? near = null,
        [Description("Keep the first so many")] int? top = null,
        [Description("Keep only this one, from 1")] int? nth = null,
        CancellationToken cancellationToken = default) =>
        toolset.SelectRegionsAsync(set, label, min_area_px, max_area_px, order_by, near, top, nth, cancellationToken);

    [DisplayName("compare_regions")]
    [Description("Measures how regions of one picture lie to each other, pair by pair: overlap, containment, gap in px, left_of, above, touching, inside and so on.")]
    [return: Description("pairs [{a, b, iou, a_in_b_fraction, b_in_a_fraction, gap_px, a_is}]")]
    public static Task<ToolResult> CompareRegions(
        VisionToolset toolset,
        [Description("Two or more regions or a set, such as m3, m4 or s2")] string regions,
        CancellationToken cancellationToken = default) =>
        toolset.CompareRegionsAsync(regions, cancellationToken);

    [DisplayName("get_regions")]
    [Description("Lists regions page by page, with more about each if asked for.")]
    [return: Description("set, count, regions, next_offset if there are more")]
    public static Task<ToolResult> GetRegions(
        VisionToolset toolset,
        [Description(Set)] string set,
        [Description("Where the page starts: next_offset of the last page")] int offset = 0,
        [Description("Regions on the page at most")] int limit = 10,
        [Description("Comma-separated: phrase, area_px, area_fraction, box_xyxy_px, centroid_xy_px, within, origin")] string? fields = null,
        CancellationToken cancellationToken = default) =>
        toolset.GetRegionsAsync(set, offset, limit, fields, cancellationToken);
}
