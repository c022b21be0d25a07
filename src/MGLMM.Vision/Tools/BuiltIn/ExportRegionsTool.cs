using MGLMM.Vision.Exports;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>Writes regions into a file for another program.</summary>
internal sealed class ExportRegionsTool : VisionTool
{
    private static readonly Dictionary<string, string[]> Synonyms = new(StringComparer.Ordinal)
    {
        ["coco_rle"] = ["coco", "rle", "coco_json", "coco_instances", "json", "ms_coco", "mscoco"],
        ["coco_polygon"] = ["coco_poly", "coco_polygons", "polygon", "coco_segmentation"],
        ["panoptic_png"] = ["panoptic", "coco_panoptic"],
        ["mask_png"] = ["png", "mask", "binary_mask", "binary_masks", "masks_png", "image", "mask_image", "image/png", "mask.png"],
        ["labelme"] = ["label_me", "labelme_json"],
        ["geojson"] = ["geo_json", "geo", "application/geo+json"],
        ["yolo_seg"] = ["yolo", "yolov8", "yolov5", "yolo11", "yolov11", "ultralytics", "yolo_segmentation", "yolo_txt", "yolo_v8", "yolov8_seg"],
        ["label_studio"] = ["labelstudio", "ls", "label_studio_json"],
        ["svg"] = ["vector", "vector_graphic", "image/svg+xml"],
    };

    private static readonly RegionsParameter Set = new("set", RegionSets.Description)
    {
        IsRequired = true,
        NeedsSome = false,
        Aliases = [.. RegionsParameter.UsualAliases, "what", "within"],
    };

    private readonly IReadOnlyList<IExportFormat> _formats;
    private readonly ChoiceParameter _format;

    private ExportRegionsTool(IReadOnlyList<IExportFormat> formats, ChoiceParameter format)
        : base(
            ToolGroups.Output,
            "export_regions",
            "Writes regions to a file for other programs; the application hands it to the user. Masks are exact in coco_rle, panoptic_png and mask_png.",
            "artifact (a2), file_name, size_bytes, note",
            Set,
            format) => (_formats, _format) = (formats, format);

    /// <summary>The tool over our formats.</summary>
    public static ExportRegionsTool Instance { get; } = Over(ExportFormats.BuiltIn);

    /// <summary>The tool over formats of a host's choice: what it knows and what its schema says are these.</summary>
    public static ExportRegionsTool Over(IReadOnlyList<IExportFormat> formats) => new(
        formats,
        new ChoiceParameter("format", "File format", ChoicesOf(formats))
        {
            IsRequired = true,
            Aliases = ["type", "file_format", "output_format", "kind", "export_format", "style", "file_type", "as", "to", "fmt"],
        });

    internal override Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken) => Task.Run<ToolResult>(
        () =>
        {
            (RegionList given, string name) = (call.Get(Set)!, call.Get(_format)!);
            if (given.Regions.Count == 0 && given.ExpiredCount > 0)
            {
                // An empty file would say that there is nothing in the picture.
                throw call.Context.Expired(Set.Name, given.ExpiredCount, given.Image);
            }

            ExportedFile file = call.Context.Workspace.Export(_formats.First(format => format.Name == name), given.Image, given.Regions, cancellationToken);
            return KeptFile.Of(call.Context, given.Image, given.Regions, name, file with { Note = RegionSets.Note(given.Expired, file.Note) }, cancellationToken);
        },
        cancellationToken);

    private static Choice[] ChoicesOf(IEnumerable<IExportFormat> formats) => [.. formats.Select(format => new Choice(format.Name, Synonyms.GetValueOrDefault(format.Name, [])))];
}
