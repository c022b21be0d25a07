using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Functions;

/// <summary>The group <c>vision</c>, as a language model is told of it: what asks the model about a picture.</summary>
/// <remarks>Every word here is paid for with each request of an agent; a test holds the sum.</remarks>
internal static class ModelFunctions
{
    /// <summary>The name of the group.</summary>
    public const string GroupName = "vision";

    private const string Image = "Image handle, such as img1";

    [DisplayName("open_image")]
    [Description(
        "Opens a picture for the other functions. Not needed for an attached picture whose handle (img1) the chat already tells. "
        + "Every function may return {code, message, try} instead of a result: then do what 'try' says.")]
    [return: Description("image, name, width_px, height_px, format")]
    public static Task<ToolResult> OpenImage(
        VisionToolset toolset,
        [Description("Name of an attached picture, path of an allowed file, data URI, or allowed https address")] string source,
        CancellationToken cancellationToken) =>
        toolset.OpenImageAsync(source, cancellationToken);

    [DisplayName("segment_and_caption")]
    [Description(
        "Describes a picture and segments what it names: each phrase is followed by its regions, as in 'a red car [m3]'. Start with panoptic or "
        + "instance on the whole picture; then part with within=m3 gives the parts of that one object. Areas and boxes "
        + "[left, top, right, bottom] are in px. A result may list only some regions; its set (s1) has all: page with get_regions.")]
    [return: Description("model_said, set, regions [{region, phrase, area_px, box_xyxy_px}], more_region_count, empty: true if none")]
    public static Task<ToolResult> SegmentAndCaption(
        VisionToolset toolset,
        [Description(Image)] string image,
        [Description("panoptic: objects and background; instance: objects; part: parts of the object in 'within'")]
        [AllowedValues("panoptic", "instance", "part")] string granularity = "panoptic",
        [Description("Region to look inside, such as m3; part needs it")] string? within = null,
        [Description("How much to tell of each region; normal if left out")]
        [AllowedValues("brief", "normal", "detailed")] string? detail = null,
        [Description("Regions to list at most")] int? max_regions = null,
        CancellationToken cancellationToken = default) =>
        toolset.SegmentAndCaptionAsync(image, granularity, within, detail, max_regions, cancellationToken);

    [DisplayName("refer")]
    [Description(
        "Segments what a noun phrase names: one region, several, or none. empty: true is the final answer that there is no such thing: tell the "
        + "user, do not ask again in other words.")]
    [return: Description("model_said, set, regions, empty: true if none")]
    public static Task<ToolResult> Refer(
        VisionToolset toolset,
        [Description(Image)] string image,
        [Description("Noun phrase, such as: the red car on the left")] string expression,
        [Description("Region to look inside, such as m3")] string? within = null,
        CancellationToken cancellationToken = default) =>
        toolset.ReferAsync(image, expression, within, cancellationToken);

    [DisplayName("reason_segment")]
    [Description("Segments what answers a question that does not name it, such as: What could carry many people?")]
    [return: Description("model_said, set, regions, empty: true if none")]
    public static Task<ToolResult> ReasonSegment(
        VisionToolset toolset,
        [Description(Image)] string image,
        [Description("The question")] string question,
        [Description("Whether to give the reason too")] bool explain = false,
        CancellationToken cancellationToken = default) =>
        toolset.ReasonSegmentAsync(image, question, explain, cancellationToken);

    [DisplayName("caption")]
    [Description("Describes a picture or one region in words only; cheaper than segment_and_caption.")]
    [return: Description("model_said")]
    public static Task<ToolResult> Caption(
        VisionToolset toolset,
        [Description(Image)] string image,
        [Description("Region to describe, such as m3; the whole picture if left out")] string? region = null,
        [Description("Length; normal if left out")]
        [AllowedValues("brief", "normal", "detailed")] string? detail = null,
        CancellationToken cancellationToken = default) =>
        toolset.CaptionAsync(image, region, detail, cancellationToken);

    [DisplayName("ask")]
    [Description("Asks the picture a free question: a colour, a place, an activity. For counts and sizes, segment and use vision_geometry, which is exact.")]
    [return: Description("model_said, regions where the answer has any")]
    public static Task<ToolResult> Ask(
        VisionToolset toolset,
        [Description(Image)] string image,
        [Description("The question")] string question,
        [Description("Whether it continues the last answer about this picture")] bool follow_up = false,
        CancellationToken cancellationToken = default) =>
        toolset.AskAsync(image, question, follow_up, cancellationToken);
}
