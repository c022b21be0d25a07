using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Functions;

/// <summary>The group <c>vision_output</c>, as a language model is told of it: files for the user.</summary>
internal static class OutputFunctions
{
    /// <summary>The name of the group.</summary>
    public const string GroupName = "vision_output";

    [DisplayName("render_image")]
    [Description(
        "Draws regions for the user to look at; the application shows the file. overlay: colours and names; outline; numbered; cutout: regions on "
        + "a clear ground; crop: the picture around them; blur_others: all else blurred.")]
    [return: Description("artifact (a1), file_name, width_px, height_px")]
    public static Task<ToolResult> RenderImage(
        VisionToolset toolset,
        [Description("Image handle, such as img1")] string image,
        [Description("Regions or a set, such as m3, m4 or s2; all of the picture if left out")] string? regions = null,
        [Description("Style; overlay if left out")]
        [AllowedValues("overlay", "outline", "numbered", "cutout", "crop", "blur_others")] string? style = null,
        CancellationToken cancellationToken = default) =>
        toolset.RenderImageAsync(image, regions, style, cancellationToken);

    [DisplayName("export_regions")]
    [Description("Writes regions to a file for other programs; the application hands it to the user. Masks are exact in coco_rle, panoptic_png and mask_png.")]
    [return: Description("artifact (a2), file_name, size_bytes, note")]
    public static Task<ToolResult> ExportRegions(
        VisionToolset toolset,
        [Description("Regions, a set or an image (all its regions), such as m3, m4 or s2 or img1")] string set,
        [Description("File format")] [ExportFormatName] string format,
        CancellationToken cancellationToken = default) =>
        toolset.ExportRegionsAsync(set, format, cancellationToken);
}
