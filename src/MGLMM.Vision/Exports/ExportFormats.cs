using System.Text.RegularExpressions;

namespace MGLMM.Vision.Exports;

/// <summary>The formats that are here.</summary>
public static partial class ExportFormats
{
    /// <summary>
    /// Ours, in the order that they are listed in: <c>coco_rle</c>, <c>coco_polygon</c>, <c>panoptic_png</c>, <c>mask_png</c>, <c>labelme</c>,
    /// <c>geojson</c>, <c>yolo_seg</c>, <c>label_studio</c>, <c>svg</c>.
    /// </summary>
    public static IReadOnlyList<IExportFormat> BuiltIn { get; } =
    [
        new CocoRleFormat(),
        new CocoPolygonFormat(),
        new PanopticPngFormat(),
        new MaskPngFormat(),
        new LabelmeFormat(),
        new GeoJsonFormat(),
        new YoloSegFormat(),
        new LabelStudioFormat(),
        new SvgFormat(),
    ];

    /// <summary>Throws where formats cannot stand beside each other.</summary>
    /// <exception cref="ArgumentException">There is none, a name is none, or two have the same.</exception>
    internal static void Check(IReadOnlyList<IExportFormat> formats, string parameter)
    {
        ArgumentNullException.ThrowIfNull(formats, parameter);
        if (formats.Count == 0)
        {
            throw new ArgumentException("There must be at least one export format.", parameter);
        }

        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (IExportFormat format in formats)
        {
            ArgumentNullException.ThrowIfNull(format, parameter);
            if (!Name().IsMatch(format.Name ?? string.Empty))
            {
                throw new ArgumentException($"'{format.Name}' is no name of an export format: 2 to 40 small letters, digits and underscores, beginning with a letter.", parameter);
            }

            if (!names.Add(format.Name!))
            {
                throw new ArgumentException($"Two export formats are called '{format.Name}'.", parameter);
            }
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_]{1,39}\z")]
    private static partial Regex Name();
}
