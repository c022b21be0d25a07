using System.Text.Json.Nodes;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Results;

namespace MGLMM.Server.LabelStudio;

/// <summary>A region as a brush stroke of Label Studio.</summary>
internal static class BrushResult
{
    /// <param name="id">What nothing else in the task's result is called.</param>
    /// <param name="region">The region.</param>
    /// <param name="image">Its picture.</param>
    /// <param name="setup">The project's.</param>
    /// <param name="label">The label that it gets.</param>
    public static JsonObject Of(string id, VisionRegion region, OpenedImageResult image, LabelConfig setup, string label) => new()
    {
        ["id"] = id,
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
