using System.Globalization;
using System.Text;
using System.Text.Json;
using MGLMM.Masks;

namespace MGLMM.Vision.Output;

/// <summary>
/// Segmentation labels as Ultralytics' YOLO reads them, in a zip: <c>labels/NAME.txt</c> with one line per region (class and points, in shares
/// of width and height) and <c>data.yaml</c> with the names of the classes.
/// </summary>
/// <remarks>
/// A line is one ring. The pieces and holes of a region are joined to it over bridges without width, as Ultralytics' own converter
/// joins pieces, so that nothing is lost where the ring is filled by the even-odd rule (cv2.fillPoly).
/// </remarks>
internal static class YoloFile
{
    public static MadeFile Of(VisionImage image, IReadOnlyList<VisionRegion> regions, long maximumBytes, CancellationToken cancellationToken)
    {
        var categories = new ExportCategories(regions);
        var joined = 0;
        var lines = new StringBuilder();
        foreach (var region in regions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var polygons = RegionOutline.Of(region.Mask);
            joined += polygons.Count > 1 || polygons[0].Holes.Count > 0 ? 1 : 0;
            lines.Append(CultureInfo.InvariantCulture, $"{categories.IndexOf(region)}");
            foreach (MaskPoint point in RegionOutline.Bridged(polygons))
            {
                lines.Append(CultureInfo.InvariantCulture, $" {point.X / image.Width:0.######} {point.Y / image.Height:0.######}");
            }

            lines.Append('\n');
            if (lines.Length > maximumBytes)
            {
                throw LimitedStream.TooLarge(maximumBytes);
            }
        }

        var yaml = new StringBuilder("path: .\ntrain: images\nval: images\nnames:");
        yaml.Append(categories.Names.Count == 0 ? " {}\n" : "\n");
        for (var index = 0; index < categories.Names.Count; index++)
        {
            // YAML reads a string of JSON as it is.
            yaml.Append(CultureInfo.InvariantCulture, $"  {index}: {JsonSerializer.Serialize(categories.Names[index])}\n");
        }

        var files = ((string Name, byte[] Content)[])
        [
            ("data.yaml", Encoding.UTF8.GetBytes(yaml.ToString())),
            ($"labels/{FileStem.Of(image)}.txt", Encoding.UTF8.GetBytes(lines.ToString())),
        ];
        return new("regions.zip", MadeFile.Zip, ArchiveFile.Of(maximumBytes, files))
        {
            Note = joined == 0 ? null : string.Create(
                CultureInfo.InvariantCulture,
                $"{joined} {(joined == 1 ? "region has" : "regions have")} several pieces or holes, joined to one ring over bridges without width."),
        };
    }
}
