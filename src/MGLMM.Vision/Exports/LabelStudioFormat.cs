namespace MGLMM.Vision.Exports;

/// <summary>
/// A task of Label Studio with one prediction (a pre-annotation), whose results are brush strokes: see <see cref="LabelStudioRle"/>. Fits the
/// labelling setup <c>&lt;Image name="image" value="$image"/&gt;&lt;BrushLabels name="tag" toName="image"&gt;</c>; the task's <c>image</c> is the
/// picture's name and must be made an address that Label Studio can load.
/// </summary>
internal sealed class LabelStudioFormat : IExportFormat
{
    public string Name => "label_studio";

    public string Description => "A task of Label Studio (JSON) with exact brush masks.";

    public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default)
    {
        byte[] content = JsonFile.Of(request.MaximumBytes, json =>
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteStartObject("data");
            json.WriteString("image", request.PictureName);
            json.WriteEndObject();
            json.WriteStartArray("predictions");
            json.WriteStartObject();
            json.WriteString("model_version", request.Regions.Select(region => region.Model).FirstOrDefault(model => model is not null) ?? "mglmm");
            json.WriteStartArray("result");
            foreach (ExportRegion region in request.Regions)
            {
                json.WriteStartObject();
                json.WriteString("id", region.Handle);
                json.WriteString("type", "brushlabels");
                json.WriteString("from_name", "tag");
                json.WriteString("to_name", "image");
                json.WriteNumber("original_width", request.Width);
                json.WriteNumber("original_height", request.Height);
                json.WriteNumber("image_rotation", 0);
                json.WriteStartObject("value");
                json.WriteString("format", "rle");
                json.WriteStartArray("rle");
                foreach (byte value in LabelStudioRle.Encode(region.Mask))
                {
                    json.WriteNumberValue(value);
                }

                json.WriteEndArray();
                json.WriteStartArray("brushlabels");
                json.WriteStringValue(region.Label);
                json.WriteEndArray();
                json.WriteEndObject();
                json.WriteEndObject();
                JsonFile.Checkpoint(json, cancellationToken);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
        });
        return new("regions.json", ExportedFile.Json, content)
        {
            Note = request.Regions.Count == 0 ? null : "Before importing, make data.image the address of the picture and the labels those of the project (BrushLabels named tag).",
        };
    }
}
