using System.Globalization;
using MGLMM.Language;
using MGLMM.Masks;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Exports;

/// <summary>
/// COCO instances with a polygon for each piece of a region, along the edges of its pixels: pycocotools fills it to the very mask. COCO's
/// polygons have no holes, so holes are filled and the note says how many; <c>area</c> stays the region's own.
/// </summary>
internal sealed class CocoPolygonFormat : IExportFormat
{
    public string Name => "coco_polygon";

    public string Description => "COCO instances (JSON) with polygons along pixel edges; holes are filled.";

    public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default)
    {
        (int holes, int holed) = (0, 0);
        byte[] content = CocoDocument.Of(request, PolygonsOf, cancellationToken);
        return new("regions.json", ExportedFile.Json, content)
        {
            Note = holes == 0 ? null : string.Create(
                CultureInfo.InvariantCulture,
                $"{EnglishNouns.Counted(holes, "hole")} of {EnglishNouns.Counted(holed, "region")} {(holes == 1 ? "is" : "are")} filled: {Name} has no holes. coco_rle and geojson keep them."),
        };

        IReadOnlyList<MaskPolygon> PolygonsOf(ExportRegion region)
        {
            IReadOnlyList<MaskPolygon> polygons = region.Mask.ToPolygons();
            int lost = polygons.Sum(polygon => polygon.Holes.Count);
            holes += lost;
            holed += lost > 0 ? 1 : 0;
            return polygons;
        }
    }
}
