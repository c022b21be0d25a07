namespace MGLMM.Vision.Output;

/// <summary>Writes regions in the formats of annotation tools and data sets. Every format can hold no region at all.</summary>
internal static class RegionExport
{
    /// <summary>The formats by the names that callers use.</summary>
    public static readonly string[] Formats =
        ["coco_rle", "coco_polygon", "panoptic_png", "mask_png", "labelme", "geojson", "yolo_seg", "label_studio", "svg"];

    public static MadeFile Of(
        string format, VisionImage image, IReadOnlyList<VisionRegion> regions, long maximumBytes, CancellationToken cancellationToken) => format switch
        {
            "coco_rle" => CocoFile.WithRunLengths(image, regions, maximumBytes, cancellationToken),
            "coco_polygon" => CocoFile.WithPolygons(image, regions, maximumBytes, cancellationToken),
            "panoptic_png" => PanopticFile.Of(image, regions, maximumBytes, cancellationToken),
            "mask_png" => MaskFile.Of(image, regions, maximumBytes, cancellationToken),
            "labelme" => LabelmeFile.Of(image, regions, maximumBytes, cancellationToken),
            "geojson" => GeoJsonFile.Of(image, regions, maximumBytes, cancellationToken),
            "yolo_seg" => YoloFile.Of(image, regions, maximumBytes, cancellationToken),
            "label_studio" => LabelStudioFile.Of(image, regions, maximumBytes, cancellationToken),
            "svg" => SvgFile.Of(image, regions, maximumBytes, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "No such format."),
        };
}
