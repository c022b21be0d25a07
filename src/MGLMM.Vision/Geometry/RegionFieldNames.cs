using MGLMM.Vision.Results;

namespace MGLMM.Vision.Geometry;

/// <summary>The fields of a region's record by the names that they have in JSON.</summary>
internal static class RegionFieldNames
{
    public static readonly string[] All = ["phrase", "area_px", "area_fraction", "box_xyxy_px", "centroid_xy_px", "within", "origin"];

    /// <summary>The field of a name; null where there is none.</summary>
    public static RegionFields? Of(string name) => name switch
    {
        "phrase" => RegionFields.Phrase,
        "area_px" => RegionFields.AreaPx,
        "area_fraction" => RegionFields.AreaFraction,
        "box_xyxy_px" => RegionFields.Box,
        "centroid_xy_px" => RegionFields.Centroid,
        "within" => RegionFields.Within,
        "origin" => RegionFields.Origin,
        "region" => RegionFields.None,
        _ => null,
    };
}
