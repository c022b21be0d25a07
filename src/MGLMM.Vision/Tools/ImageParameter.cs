using System.Text.Json.Nodes;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools;

/// <summary>A picture, by its handle or the name that it has in the workspace.</summary>
internal sealed class ImageParameter(string name = "image", string description = "Image handle, such as img1") : ToolParameter<VisionImage>(name, description)
{
    public static readonly string[] UsualAliases = ["picture", "photo", "img", "image_id", "image_handle", "image_name", "picture_id", "image_ref"];

    public override Type Type => typeof(string);

    public override object? Read(object raw, ToolCall call) => call.Context.ImageOf(HandleText.Words(raw, wantsImage: true), ArgumentText.Of(raw));

    public override object? ReadMissing(ToolCall call) => !IsRequired ? null : throw ToolException.BadArgument(
        $"'{Name}' is missing.",
        call.Context.Workspace.Images.Count == 0 ? "Open a picture with open_image first." : $"Give '{Name}', one of: {VisionToolContext.Listed(call.Context.Workspace.Images.Select(known => $"{known.Handle} ({known.Name})"))}.");

    protected override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["description"] = Description;
    }
}
