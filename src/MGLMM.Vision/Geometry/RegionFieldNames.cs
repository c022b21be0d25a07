using MGLMM.Vision.Results;

namespace MGLMM.Vision.Geometry;

/// <summary>The fields of a region's record by the names that they have in JSON.</summary>
internal static class RegionFieldNames
{
    public static readonly string[] All = ["phrase", "area_px", "area_fraction", "box_xyxy_px", "centroid_xy_px", "within", "origin"];

    /// <summary>The field of a name; null where there is none.</summary>
    public static RegionFields? Of(string name) => name switch
    {
        "phrase" or "label" or "name" or "class" or "caption" => RegionFields.Phrase,
        "area_px" or "area" or "size" => RegionFields.AreaPx,
        "area_fraction" or "fraction" or "share" => RegionFields.AreaFraction,
        "box_xyxy_px" or "box" or "bbox" or "boxes" or "bounding_box" => RegionFields.Box,
        "centroid_xy_px" or "centroid" or "center" or "centre" => RegionFields.Centroid,
        "within" or "parent" => RegionFields.Within,
        "origin" or "source" => RegionFields.Origin,
        "region" or "id" or "handle" or "and" => RegionFields.None,
        "all" or "*" or "everything" => All.Aggregate(RegionFields.None, (fields, field) => fields | Of(field)!.Value),
        _ => null,
    };
}
