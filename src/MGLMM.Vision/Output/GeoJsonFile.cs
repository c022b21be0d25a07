using System.Text.Json;
using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Vision.Output;

/// <summary>
/// GeoJSON (RFC 7946) in pixel coordinates: x from the left and y from the top, no place on earth. One feature per region, its exact
/// outline along the pixel edges, holes as inner rings.
/// </summary>
internal static class GeoJsonFile
{
    public static MadeFile Of(VisionImage image, IReadOnlyList<VisionRegion> regions, long maximumBytes, CancellationToken cancellationToken) => new(
        "regions.geojson",
        MadeFile.GeoJson,
        JsonFile.Of(maximumBytes, json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "FeatureCollection");
            json.WriteStartObject("image");
            json.WriteString("file_name", JsonFile.Text(image.Name));
            json.WriteNumber("width_px", image.Width);
            json.WriteNumber("height_px", image.Height);
            json.WriteEndObject();
            json.WriteStartArray("features");
            foreach (var region in regions)
            {
                WriteFeature(json, region);
                JsonFile.Checkpoint(json, cancellationToken);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }));

    private static void WriteFeature(Utf8JsonWriter json, VisionRegion region)
    {
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteString("id", region.Handle);
        json.WriteStartObject("properties");
        json.WriteString("label", ExportCategories.NameOf(region));
        CocoFile.WriteOrigin(json, region);
        json.WriteNumber("area_px", region.Mask.Area);
        json.WriteString("color", OverlayPalette.ColorOf(region.ColorIndex).ToString());
        json.WriteEndObject();
        json.WriteStartObject("geometry");
        var polygons = region.Mask.ToPolygons();
        json.WriteString("type", polygons.Count == 1 ? "Polygon" : "MultiPolygon");
        json.WritePropertyName("coordinates");
        if (polygons.Count == 1)
        {
            WritePolygon(json, polygons[0]);
        }
        else
        {
            json.WriteStartArray();
            foreach (var polygon in polygons)
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
        json.WriteStartArray();
        WriteRing(json, polygon.Outer);
        foreach (var hole in polygon.Holes)
        {
            WriteRing(json, hole);
        }

        json.WriteEndArray();
    }

    private static void WriteRing(Utf8JsonWriter json, IReadOnlyList<MaskPoint> ring)
    {
        json.WriteStartArray();
        for (var index = 0; index <= ring.Count; index++)
        {
            var point = ring[index % ring.Count];
            json.WriteStartArray();
            json.WriteNumberValue(point.X);
            json.WriteNumberValue(point.Y);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
