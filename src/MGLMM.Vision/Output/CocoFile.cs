using System.Text.Json;
using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Vision.Output;

/// <summary>COCO instance annotations (cocodataset.org, "Data format", object detection): one picture, one annotation per region.</summary>
/// <remarks>
/// <para>Annotation ids are the numbers of the region handles: never 0, each once. <c>bbox</c> is left, top, width, height.</para>
/// <para>
/// <c>iscrowd</c> is 0 everywhere, with run lengths too. The format's description pairs run lengths with <c>iscrowd</c> 1, but that
/// marks a crowd, which evaluation ignores and training drops; pycocotools reads run lengths (the compressed string) with either.
/// </para>
/// </remarks>
internal static class CocoFile
{
    public static MadeFile WithRunLengths(VisionImage image, IReadOnlyList<VisionRegion> regions, long maximumBytes, CancellationToken cancellationToken) =>
        new("regions.json", MadeFile.Json, Write(image, regions, maximumBytes, WriteRunLengths, cancellationToken));

    /// <summary>
    /// Polygons of each region's pieces. COCO's polygons have no holes, so holes are filled and the note says how many; <c>area</c> stays
    /// the region's own.
    /// </summary>
    public static MadeFile WithPolygons(VisionImage image, IReadOnlyList<VisionRegion> regions, long maximumBytes, CancellationToken cancellationToken)
    {
        var (holes, holed) = (0, 0);
        var content = Write(image, regions, maximumBytes, WritePolygons, cancellationToken);
        return new("regions.json", MadeFile.Json, content) { Note = RegionOutline.LostHoles(holes, holed, "coco_polygon") };

        void WritePolygons(Utf8JsonWriter json, VisionRegion region)
        {
            var polygons = RegionOutline.Of(region.Mask);
            var lost = polygons.Sum(polygon => polygon.Holes.Count);
            holes += lost;
            holed += lost > 0 ? 1 : 0;
            json.WriteStartArray("segmentation");
            foreach (var polygon in polygons)
            {
                json.WriteStartArray();
                foreach (var point in polygon.Outer)
                {
                    json.WriteNumberValue(point.X);
                    json.WriteNumberValue(point.Y);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
        }
    }

    /// <summary>The picture and the classes, which the panoptic format has in common.</summary>
    public static void WriteFrame(Utf8JsonWriter json, VisionImage image, ExportCategories categories, bool panoptic)
    {
        json.WriteStartObject("info");
        json.WriteString("description", $"Regions of {image.Handle}, exported by MGLMM for Semantic Kernel");
        json.WriteString("version", "1.0");
        json.WriteEndObject();
        json.WriteStartArray("licenses");
        json.WriteEndArray();
        json.WriteStartArray("images");
        json.WriteStartObject();
        json.WriteNumber("id", 1);
        json.WriteNumber("width", image.Width);
        json.WriteNumber("height", image.Height);
        json.WriteString("file_name", JsonFile.Text(image.Name));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("categories");
        for (var index = 0; index < categories.Names.Count; index++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", index + 1);
            json.WriteString("name", categories.Names[index]);
            json.WriteString("supercategory", "object");
            if (panoptic)
            {
                var color = OverlayPalette.ColorOf(index);
                json.WriteNumber("isthing", 1);
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
    public static void WriteOrigin(Utf8JsonWriter json, VisionRegion region)
    {
        json.WriteString("region", region.Handle);
        if (region.Phrase is not null)
        {
            json.WriteString("phrase", JsonFile.Text(region.Phrase));
        }
    }

    private static byte[] Write(
        VisionImage image, IReadOnlyList<VisionRegion> regions, long maximumBytes, Action<Utf8JsonWriter, VisionRegion> writeSegmentation,
        CancellationToken cancellationToken) => JsonFile.Of(maximumBytes, json =>
    {
        var categories = new ExportCategories(regions);
        json.WriteStartObject();
        WriteFrame(json, image, categories, panoptic: false);
        json.WriteStartArray("annotations");
        foreach (var region in regions)
        {
            json.WriteStartObject();
            json.WriteNumber("id", region.Number);
            json.WriteNumber("image_id", 1);
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

    private static void WriteRunLengths(Utf8JsonWriter json, VisionRegion region)
    {
        json.WriteStartObject("segmentation");
        json.WriteStartArray("size");
        json.WriteNumberValue(region.Mask.Height);
        json.WriteNumberValue(region.Mask.Width);
        json.WriteEndArray();
        json.WriteString("counts", CocoRle.Encode(region.Mask));
        json.WriteEndObject();
    }
}
