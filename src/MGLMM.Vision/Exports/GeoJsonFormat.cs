using System.Text.Json;
using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>
/// GeoJSON (RFC 7946) in pixel coordinates: x from the left and y from the top, no place on earth. One feature per region, its exact
/// outline along the pixel edges, holes as inner rings; valid for GEOS and JTS (<see cref="SimpleRings"/>).
/// </summary>
internal sealed class GeoJsonFormat : IExportFormat
{
    public string Name => "geojson";

    public string Description => "GeoJSON in pixels: exact outlines with holes, valid for GEOS and JTS.";

    public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default) => new(
        "regions.geojson",
        ExportedFile.GeoJson,
        JsonFile.Of(request.MaximumBytes, json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "FeatureCollection");
            json.WriteStartObject("image");
            json.WriteString("file_name", request.PictureName);
            json.WriteNumber("width_px", request.Width);
            json.WriteNumber("height_px", request.Height);
            json.WriteEndObject();
            json.WriteStartArray("features");
            foreach (ExportRegion region in request.Regions)
            {
                WriteFeature(json, region);
                JsonFile.Checkpoint(json, cancellationToken);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }));

    private static void WriteFeature(Utf8JsonWriter json, ExportRegion region)
    {
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteString("id", region.Handle);
        json.WriteStartObject("properties");
        json.WriteString("label", region.Label);
        CocoDocument.WriteOrigin(json, region);
        json.WriteNumber("area_px", region.Mask.Area);
        json.WriteString("color", region.Color.ToString());
        json.WriteEndObject();
        json.WriteStartObject("geometry");
        IReadOnlyList<MaskPolygon> polygons = region.Mask.ToPolygons();
        json.WriteString("type", polygons.Count == 1 ? "Polygon" : "MultiPolygon");
        json.WritePropertyName("coordinates");
        if (polygons.Count == 1)
        {
            WritePolygon(json, polygons[0]);
        }
        else
        {
            json.WriteStartArray();
            foreach (MaskPolygon polygon in polygons)
            {
                WritePolygon(json, polygon);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePolygon(Utf8JsonWriter json, MaskPolygon polygon)
    {
        // Rings go round as the RFC wants them, by the numbers: outer ones counter-clockwise where y counts upwards.
        MaskPolygon simple = SimpleRings.Of(polygon);
        json.WriteStartArray();
        WriteRing(json, simple.Outer);
        foreach (IReadOnlyList<MaskPoint> hole in simple.Holes)
        {
            WriteRing(json, hole);
        }

        json.WriteEndArray();
    }

    private static void WriteRing(Utf8JsonWriter json, IReadOnlyList<MaskPoint> ring)
    {
        json.WriteStartArray();
        for (int index = 0; index <= ring.Count; index++)
        {
            MaskPoint point = ring[index % ring.Count];
            json.WriteStartArray();
            json.WriteNumberValue(point.X);
            json.WriteNumberValue(point.Y);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
