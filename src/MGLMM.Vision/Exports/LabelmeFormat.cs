using System.Text.Json;
using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>
/// The JSON of labelme: a polygon for each piece of a region, the pieces of one region under one <c>group_id</c>, points at the middle of pixels
/// (<see cref="PixelRing"/>), so that labelme fills it to the very mask. Polygons there have no holes, so a piece with holes is written as a shape of
/// the type <c>mask</c> (labelme 5.2 and later): a PNG of its box in base64, with the box's first and last pixel as its two points.
/// </summary>
internal sealed class LabelmeFormat : IExportFormat
{
    public string Name => "labelme";

    public string Description => "labelme (JSON): exact polygons; regions with holes as masks.";

    public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default)
    {
        int masks = 0;
        byte[] content = JsonFile.Of(request.MaximumBytes, json =>
        {
            json.WriteStartObject();
            json.WriteString("version", "5.5.0");
            json.WriteStartObject("flags");
            json.WriteEndObject();
            json.WriteStartArray("shapes");
            foreach (ExportRegion region in request.Regions)
            {
                masks += WriteRegion(json, region) ? 1 : 0;
                JsonFile.Checkpoint(json, cancellationToken);
            }

            json.WriteEndArray();
            json.WriteString("imagePath", request.PictureName);
            json.WriteNull("imageData");
            json.WriteNumber("imageHeight", request.Height);
            json.WriteNumber("imageWidth", request.Width);
            json.WriteEndObject();
        });
        return new("regions.json", ExportedFile.Json, content)
        {
            Note = masks == 0 ? null : "Regions with holes are shapes of the type mask, which labelme reads from version 5.2 on.",
        };
    }

    /// <summary>Says whether it has become a mask.</summary>
    private static bool WriteRegion(Utf8JsonWriter json, ExportRegion region)
    {
        IReadOnlyList<MaskPolygon> polygons = region.Mask.ToPolygons();
        if (polygons.Any(polygon => polygon.Holes.Count > 0))
        {
            PixelBox box = region.Mask.Box;
            BeginShape(json, region);
            WritePoint(json, box.Left, box.Top);
            WritePoint(json, box.Right - 1, box.Bottom - 1);
            EndShape(json, region, "mask", grouped: false, MaskPng.Encode(region.Mask.Crop(box), bitDepth: 8));
            return true;
        }

        foreach (MaskPolygon polygon in polygons)
        {
            BeginShape(json, region);
            foreach (PixelPosition corner in PixelRing.Of(polygon.Outer).Corners)
            {
                WritePoint(json, PixelCentre.Of(corner.X), PixelCentre.Of(corner.Y));
            }

            EndShape(json, region, "polygon", grouped: polygons.Count > 1, mask: null);
        }

        return false;
    }

    private static void BeginShape(Utf8JsonWriter json, ExportRegion region)
    {
        json.WriteStartObject();
        json.WriteString("label", region.Label);
        json.WriteStartArray("points");
    }

    private static void EndShape(Utf8JsonWriter json, ExportRegion region, string type, bool grouped, byte[]? mask)
    {
        json.WriteEndArray();
        if (grouped)
        {
            json.WriteNumber("group_id", region.Number);
        }
        else
        {
            json.WriteNull("group_id");
        }

        json.WriteString("description", region.Handle);
        json.WriteString("shape_type", type);
        json.WriteStartObject("flags");
        json.WriteEndObject();
        if (mask is null)
        {
            json.WriteNull("mask");
        }
        else
        {
            json.WriteBase64String("mask", mask);
        }

        json.WriteEndObject();
    }

    private static void WritePoint(Utf8JsonWriter json, double x, double y)
    {
        json.WriteStartArray();
        json.WriteNumberValue(x);
        json.WriteNumberValue(y);
        json.WriteEndArray();
    }
}
