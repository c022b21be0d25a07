using System.Text.Json.Nodes;

namespace MGLMM.Vision.Tools;

/// <summary>A picture, by its handle or the name that it has in the workspace.</summary>
internal sealed class ImageParameter(string name = "image", string description = "Image handle, such as img1") : ToolParameter<VisionImage>(name, description)
{
    public static readonly string[] UsualAliases = ["picture", "photo", "img", "image_id", "image_handle", "image_name", "picture_id"];

    public override Type Type => typeof(string);

    public override object? Read(object raw, ToolCall call) => call.Context.ImageOf(HandleText.Words(raw, wantsImage: true), ArgumentText.Of(raw));

    protected override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["description"] = Description;
    }
}
