using System.Text.Json.Nodes;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Results;

namespace MGLMM.Server.LabelStudio;

/// <summary>A region as a brush stroke of Label Studio.</summary>
internal static class BrushResult
{
    public static JsonObject Of(VisionRegion region, OpenedImageResult image, LabelConfig setup, string label) => new()
    {
        ["id"] = region.Handle,
        ["type"] = "brushlabels",
        ["from_name"] = setup.From,
        ["to_name"] = setup.To,
        ["original_width"] = image.WidthPx,
        ["original_height"] = image.HeightPx,
        ["image_rotation"] = 0,
        ["value"] = new JsonObject
        {
            ["format"] = "rle",
            ["rle"] = new JsonArray([.. LabelStudioRle.Encode(region.Mask).Select(value => JsonValue.Create((int)value))]),
            ["brushlabels"] = new JsonArray(label),
        },
    };
}
