using System.ComponentModel;
using MGLMM.Vision;
using MGLMM.Vision.Results;
using Microsoft.SemanticKernel;

namespace MGLMM.SemanticKernel;

/// <summary>
/// <see cref="VisionToolset"/> as functions of Semantic Kernel, described for a language model. Thin: what a function checks, bounds
/// and returns is the toolset's. Thread-safe.
/// </summary>
/// <param name="toolset">The tools.</param>
public sealed class MglmmVisionPlugin(VisionToolset toolset)
{
    private const string ImageArgument = "Image handle from open_image, such as img1";

    private readonly VisionToolset _toolset = toolset ?? throw new ArgumentNullException(nameof(toolset));

    /// <inheritdoc cref="VisionToolset.OpenImageAsync"/>
    [KernelFunction("open_image")]
    [Description("Opens a picture and returns its handle (img1) and size in pixels. Call it first; every other function takes the handle.")]
    [return: Description("image, name, width_px, height_px, format; or an error {code, message, try}")]
    public Task<ToolResult> OpenImageAsync(
        [Description("Name of an attached picture, or path of an allowed PNG, JPEG or WebP file")] string source,
        CancellationToken cancellationToken = default) =>
        _toolset.OpenImageAsync(source, cancellationToken);

    /// <inheritdoc cref="VisionToolset.SegmentAndCaptionAsync"/>
    [KernelFunction("segment_and_caption")]
    [Description(
        "Describes a picture in words that are tied to regions: each phrase is followed by its region handles, such as 'a red car [m3]'. "
        + "Go from coarse to fine: panoptic or instance on the whole picture first, then part with 'within' for one object.")]
    [return: Description("model_said, regions [{region, phrase, area_px, area_fraction, box_xyxy_px}], empty: true if none; or an error {code, message, try}")]
    public Task<ToolResult> SegmentAndCaptionAsync(
        [Description(ImageArgument)] string image,
        [Description("panoptic: objects and background; instance: objects only; part: the parts of the object 'within'")] string granularity = "panoptic",
        [Description("Region handle to look inside, such as m3; needed for part")] string? within = null,
        [Description("brief: handles and words; normal: with areas and boxes; detailed: with centroids")] string? detail = null,
        [Description("Regions to list at most; the set has all")] int? max_regions = null,
        CancellationToken cancellationToken = default) =>
        _toolset.SegmentAndCaptionAsync(image, granularity, within, detail, max_regions, cancellationToken);

    /// <inheritdoc cref="VisionToolset.ReferAsync"/>
    [KernelFunction("refer")]
    [Description("Finds what an expression refers to: one region, several, or none. empty: true means that the picture has no such thing; do not ask again.")]
    [return: Description("model_said, regions, empty: true if none; or an error {code, message, try}")]
    public Task<ToolResult> ReferAsync(
        [Description(ImageArgument)] string image,
        [Description("Noun phrase, such as: the red car on the left")] string expression,
        [Description("Region handle to look inside, such as m3")] string? within = null,
        CancellationToken cancellationToken = default) =>
        _toolset.ReferAsync(image, expression, within, cancellationToken);

    /// <inheritdoc cref="VisionToolset.ReasonSegmentAsync"/>
    [KernelFunction("reason_segment")]
    [Description("Finds the regions that answer a question which does not name them, such as: What could carry many people?")]
    [return: Description("model_said, regions, empty: true if none; or an error {code, message, try}")]
    public Task<ToolResult> ReasonSegmentAsync(
        [Description(ImageArgument)] string image,
        [Description("The question")] string question,
        [Description("true to get the reason too")] bool explain = false,
        CancellationToken cancellationToken = default) =>
        _toolset.ReasonSegmentAsync(image, question, explain, cancellationToken);

    /// <inheritdoc cref="VisionToolset.CaptionAsync"/>
    [KernelFunction("caption")]
    [Description("Describes a picture or one region in words only. Cheaper than segment_and_caption where no regions are needed.")]
    [return: Description("caption; or an error {code, message, try}")]
    public Task<ToolResult> CaptionAsync(
        [Description(ImageArgument)] string image,
        [Description("Region handle to describe, such as m3; leave out for the whole picture")] string? region = null,
        [Description("brief, normal or detailed")] string? detail = null,
        CancellationToken cancellationToken = default) =>
        _toolset.CaptionAsync(image, region, detail, cancellationToken);

    /// <inheritdoc cref="VisionToolset.AskAsync"/>
    [KernelFunction("ask")]
    [Description("Asks a free question about the picture, such as a colour, a count or a place.")]
    [return: Description("model_said, regions where the answer has any; or an error {code, message, try}")]
    public Task<ToolResult> AskAsync(
        [Description(ImageArgument)] string image,
        [Description("The question")] string question,
        [Description("true to continue from the last answer about this picture")] bool follow_up = false,
        CancellationToken cancellationToken = default) =>
        _toolset.AskAsync(image, question, follow_up, cancellationToken);
}
