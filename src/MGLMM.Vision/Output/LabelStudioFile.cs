namespace MGLMM.Vision.Output;

/// <summary>
/// A task of Label Studio with one prediction (a pre-annotation), whose results are brush strokes: see <see cref="LabelStudioRle"/>. Fits the
/// labelling setup <c>&lt;Image name="image" value="$image"/&gt;&lt;BrushLabels name="tag" toName="image"&gt;</c>; the task's <c>image</c> is the
/// picture's name and must be made an address that Label Studio can load.
/// </summary>
internal static class LabelStudioFile
{
    public static MadeFile Of(VisionImage image, IReadOnlyList<VisionRegion> regions, long maximumBytes, CancellationToken cancellationToken)
    {
        var content = JsonFile.Of(maximumBytes, json =>
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteStartObject("data");
            json.WriteString("image", JsonFile.Text(image.Name));
            json.WriteEndObject();
            json.WriteStartArray("predictions");
            json.WriteStartObject();
            json.WriteString("model_version", regions.Select(region => region.Model).FirstOrDefault(model => model is not null) ?? "mglmm");
            json.WriteStartArray("result");
            foreach (var region in regions)
            {
                json.WriteStartObject();
                json.WriteString("id", region.Handle);
                json.WriteString("type", "brushlabels");
                json.WriteString("from_name", "tag");
                json.WriteString("to_name", "image");
                json.WriteNumber("original_width", image.Width);
                json.WriteNumber("original_height", image.Height);
                json.WriteNumber("image_rotation", 0);
                json.WriteStartObject("value");
                json.WriteString("format", "rle");
                json.WriteStartArray("rle");
                foreach (var value in LabelStudioRle.Encode(region.Mask))
                {
                    json.WriteNumberValue(value);
                }

                json.WriteEndArray();
                json.WriteStartArray("brushlabels");
                json.WriteStringValue(ExportCategories.NameOf(region));
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
        return new("regions.json", MadeFile.Json, content)
        {
            Note = regions.Count == 0 ? null : "Before importing, make data.image the address of the picture and the labels those of the project (BrushLabels named tag).",
        };
    }
}
