using System.Text.Json;
using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>COCO instances with masks as run lengths: exact, and the smallest.</summary>
internal sealed class CocoRleFormat : IExportFormat
{
    public string Name => "coco_rle";

    public string Description => "COCO instances (JSON) with run lengths: exact masks, for pycocotools.";

    public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default) =>
        new("regions.json", ExportedFile.Json, CocoDocument.Of(request, WriteRunLengths, cancellationToken));

    private static void WriteRunLengths(Utf8JsonWriter json, ExportRegion region)
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
