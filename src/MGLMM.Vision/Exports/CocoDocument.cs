using System.Text.Json;
using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>What the COCO formats have in common (cocodataset.org, "Data format"): one picture, its classes, one annotation per region.</summary>
/// <remarks>
/// <para>
/// Annotation ids are the numbers of the region handles: never 0, each once. The picture's id is <see cref="ExportRequest.PictureId"/>, so that
/// files of several pictures can be put together. <c>bbox</c> is left, top, width, height.
/// </para>
/// <para>
/// <c>iscrowd</c> is 0 everywhere, with run lengths too. The format's description pairs run lengths with <c>iscrowd</c> 1, but that
/// marks a crowd, which evaluation ignores and training drops; pycocotools reads run lengths (the compressed string) with either.
/// </para>
/// </remarks>
internal static class CocoDocument
{
    /// <summary>An instance file.</summary>
    public static byte[] Of(ExportRequest request, Action<Utf8JsonWriter, ExportRegion> writeSegmentation, CancellationToken cancellationToken) =>
        JsonFile.Of(request.MaximumBytes, json =>
        {
            ExportCategories categories = new(request.Regions);
            json.WriteStartObject();
            WriteFrame(json, request, categories, panoptic: false);
            json.WriteStartArray("annotations");
            foreach (ExportRegion region in request.Regions)
            {
                json.WriteStartObject();
                json.WriteNumber("id", region.Number);
                json.WriteNumber("image_id", request.PictureId);
                json.WriteNumber("category_id", categories.IndexOf(region) + 1);
                writeSegmentation(json, region);
                json.WriteNumber("area", region.Mask.Area);
                WriteBox(json, region.Mask.Box);
                json.WriteNumber("iscrowd", 0);
                WriteOrigin(json, region);
                json.WriteEndObject();
                JsonFile.Checkpoint(json, cancellationToken);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    /// <summary>The picture and the classes, which the panoptic format has in common.</summary>
    public static void WriteFrame(Utf8JsonWriter json, ExportRequest request, ExportCategories categories, bool panoptic)
    {
        json.WriteStartObject("info");
        json.WriteString("description", "Regions of a picture, exported by MGLMM for Semantic Kernel");
        json.WriteString("version", "1.0");
        json.WriteEndObject();
        json.WriteStartArray("licenses");
        json.WriteEndArray();
        json.WriteStartArray("images");
        json.WriteStartObject();
        json.WriteNumber("id", request.PictureId);
        json.WriteNumber("width", request.Width);
        json.WriteNumber("height", request.Height);
        json.WriteString("file_name", request.PictureName);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("categories");
        for (int index = 0; index < categories.Names.Count; index++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", index + 1);
            json.WriteString("name", categories.Names[index]);
            json.WriteString("supercategory", "object");
            if (panoptic)
            {
                RgbColor color = OverlayPalette.ColorOf(index);
                json.WriteNumber("isthing", categories.IsThing(index) ? 1 : 0);
                json.WriteStartArray("color");
                json.WriteNumberValue(color.Red);
                json.WriteNumberValue(color.Green);
                json.WriteNumberValue(color.Blue);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteBox(Utf8JsonWriter json, PixelBox box)
    {
        json.WriteStartArray("bbox");
        json.WriteNumberValue(box.Left);
        json.WriteNumberValue(box.Top);
        json.WriteNumberValue(box.Width);
        json.WriteNumberValue(box.Height);
        json.WriteEndArray();
    }

    /// <summary>Fields of our own, which readers of COCO skip.</summary>
    public static void WriteOrigin(Utf8JsonWriter json, ExportRegion region)
    {
        json.WriteString("region", region.Handle);
        if (region.Phrase is not null)
        {
            json.WriteString("phrase", region.Phrase);
        }
    }
}
