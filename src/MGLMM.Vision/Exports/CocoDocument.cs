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
/// <para><c>iscrowd</c> is 0 everywhere, with run lengths too: see <see cref="CocoAnnotation.IsCrowd"/>.</para>
/// </remarks>
internal static class CocoDocument
{
    /// <summary>An instance file.</summary>
    /// <param name="request">What to export.</param>
    /// <param name="polygonsOf">What to write instead of a region's run lengths; null writes these.</param>
    /// <param name="cancellationToken">Observed at every region.</param>
    public static byte[] Of(ExportRequest request, Func<ExportRegion, IReadOnlyList<MaskPolygon>>? polygonsOf, CancellationToken cancellationToken) =>
        JsonFile.Of(request.MaximumBytes, json =>
        {
            CocoWriter coco = new(json);
            ExportCategories categories = new(request.Regions);
            json.WriteStartObject();
            WriteFrame(coco, request, categories, panoptic: false);
            json.WriteStartArray("annotations");
            foreach (ExportRegion region in request.Regions)
            {
                CocoAnnotation annotation = new(request.PictureId, categories.IndexOf(region) + 1, region.Mask) { Id = region.Number, Polygons = polygonsOf?.Invoke(region) };
                coco.WriteAnnotation(annotation, entry => WriteOrigin(entry, region));
                JsonFile.Checkpoint(json, cancellationToken);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    /// <summary>The picture and the classes, which the panoptic format has in common.</summary>
    public static void WriteFrame(CocoWriter coco, ExportRequest request, ExportCategories categories, bool panoptic)
    {
        coco.WriteHead("Regions of a picture, exported by MGLMM for Semantic Kernel", info => info.WriteString("version", "1.0"));
        coco.Json.WriteStartArray("images");
        coco.WriteImage(request.PictureId, request.PictureName, request.Width, request.Height);
        coco.Json.WriteEndArray();
        coco.Json.WriteStartArray("categories");
        for (int index = 0; index < categories.Names.Count; index++)
        {
            (RgbColor color, bool thing) = (OverlayPalette.ColorOf(index), categories.IsThing(index));
            coco.WriteCategory(index + 1, categories.Names[index], "object", panoptic ? Panoptic : null);

            void Panoptic(Utf8JsonWriter category)
            {
                category.WriteNumber("isthing", thing ? 1 : 0);
                category.WriteStartArray("color");
                category.WriteNumberValue(color.Red);
                category.WriteNumberValue(color.Green);
                category.WriteNumberValue(color.Blue);
                category.WriteEndArray();
            }
        }

        coco.Json.WriteEndArray();
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
