using MGLMM.Masks;

namespace MGLMM.Vision.Output;

/// <summary>
/// The JSON of labelme: a polygon for each piece of a region, the pieces of one region under one <c>group_id</c>. Polygons there have no
/// holes, so a region with holes is written as a shape of the type <c>mask</c> (labelme 5.2 and later): a PNG of its box in base64, with
/// the box's first and last pixel as its two points.
/// </summary>
internal static class LabelmeFile
{
    public static MadeFile Of(VisionImage image, IReadOnlyList<VisionRegion> regions, long maximumBytes, CancellationToken cancellationToken)
    {
        var masks = 0;
        var content = JsonFile.Of(maximumBytes, json =>
        {
            json.WriteStartObject();
            json.WriteString("version", "5.5.0");
            json.WriteStartObject("flags");
            json.WriteEndObject();
            json.WriteStartArray("shapes");
            foreach (var region in regions)
            {
                var polygons = RegionOutline.Of(region.Mask);
                if (polygons.Any(polygon => polygon.Holes.Count > 0))
                {
                    masks++;
                    var box = region.Mask.Box;
                    var png = MaskPng.Encode(region.Mask.Crop(box), bitDepth: 8);
                    WriteShape(region, "mask", [new(box.Left, box.Top), new(box.Right - 1, box.Bottom - 1)], grouped: false, png);
                }
                else
                {
                    foreach (var polygon in polygons)
                    {
                        WriteShape(region, "polygon", polygon.Outer, grouped: polygons.Count > 1, mask: null);
                    }
                }

                JsonFile.Checkpoint(json, cancellationToken);
            }

            json.WriteEndArray();
            json.WriteString("imagePath", JsonFile.Text(image.Name));
            json.WriteNull("imageData");
            json.WriteNumber("imageHeight", image.Height);
            json.WriteNumber("imageWidth", image.Width);
            json.WriteEndObject();

            void WriteShape(VisionRegion region, string type, IReadOnlyList<MaskPoint> points, bool grouped, byte[]? mask)
            {
                json.WriteStartObject();
                json.WriteString("label", ExportCategories.NameOf(region));
                json.WriteStartArray("points");
                foreach (var point in points)
                {
                    json.WriteStartArray();
                    json.WriteNumberValue(point.X);
                    json.WriteNumberValue(point.Y);
                    json.WriteEndArray();
                }

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
        });
        return new("regions.json", MadeFile.Json, content)
        {
            Note = masks == 0 ? null : "Regions with holes are shapes of the type mask, which labelme reads from version 5.2 on.",
        };
    }
}
