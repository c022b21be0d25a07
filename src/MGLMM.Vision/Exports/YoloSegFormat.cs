using System.Globalization;
using System.Text;
using MGLMM.Language;
using MGLMM.Masks;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Exports;

/// <summary>
/// Segmentation labels as Ultralytics' YOLO reads them, in a zip: <c>labels/NAME.txt</c> with one line per region (class and points, in shares
/// of width and height) and <c>data.yaml</c> with the names of the classes. NAME is the picture's own, as Ultralytics looks for it.
/// </summary>
/// <remarks>
/// A line is one ring through the middles of the outermost pixels (<see cref="RegionRings"/>): Ultralytics cuts the fractions off, fills the ring with
/// <c>cv2.fillPoly</c>, and has the very mask, holes included. Only pieces that do not touch are joined by lines of one pixel, or have lines of
/// their own where those would be more than a tenth of the region.
/// </remarks>
internal sealed class YoloSegFormat : IExportFormat
{
    public string Name => "yolo_seg";

    public string Description => "Ultralytics labels and class names in a zip: exact rings; pieces are joined by lines of one pixel, or apart.";

    public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default)
    {
        ExportCategories categories = new(request.Regions);
        (int joined, long bridged) = (0, 0L);
        List<string> parted = new();
        StringBuilder lines = new();
        foreach (ExportRegion region in request.Regions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RegionRings rings = RegionRings.Of(region.Mask, cancellationToken);
            joined += rings.IsJoined ? 1 : 0;
            bridged += rings.BridgePixels;
            if (rings.Walks.Count > 1)
            {
                parted.Add(string.Create(CultureInfo.InvariantCulture, $"{region.Handle} is {rings.Walks.Count} lines"));
            }

            foreach (IReadOnlyList<PixelPosition> walk in rings.Walks)
            {
                lines.Append(CultureInfo.InvariantCulture, $"{categories.IndexOf(region)}");
                foreach (PixelPosition corner in walk)
                {
                    // Ten digits: six would name the pixel before in a picture of some thousand pixels.
                    lines.Append(CultureInfo.InvariantCulture, $" {PixelCentre.Of(corner.X) / request.Width:0.##########} {PixelCentre.Of(corner.Y) / request.Height:0.##########}");
                }

                lines.Append('\n');
                if (lines.Length > request.MaximumBytes)
                {
                    throw new ExportTooLargeException(request.MaximumBytes);
                }
            }
        }

        StringBuilder yaml = new("train: images\nval: images\nnames:");
        yaml.Append(categories.Names.Count == 0 ? " {}\n" : "\n");
        for (int index = 0; index < categories.Names.Count; index++)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  {index}: {Quoted(categories.Names[index])}\n");
        }

        return ExportedFile.Archive(
            "regions.zip",
            [
                ("data.yaml", Encoding.UTF8.GetBytes(yaml.ToString())),
                ($"labels/{request.PictureStem}.txt", Encoding.UTF8.GetBytes(lines.ToString())),
            ],
            request.MaximumBytes) with
        {
            Note = NoteOf(joined, bridged, parted),
        };
    }

    /// <summary>A string of YAML. Written out rather than escaped: readers put the halves of an escaped pair together wrongly.</summary>
    private static string Quoted(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char character in text)
        {
            if (character is '"' or '\\')
            {
                quoted.Append('\\');
            }

            quoted.Append(character is '\uFFFE' or '\uFFFF' ? '\uFFFD' : character);
        }

        return quoted.Append('"').ToString();
    }

    private static string? NoteOf(int joined, long bridged, List<string> parted)
    {
        const int Most = 5;
        List<string> notes = new();
        if (joined > 0)
        {
            string regions = $"{EnglishNouns.Counted(joined, "region")} {(joined == 1 ? "has" : "have")} holes or several pieces, joined to one ring over bridges";
            notes.Add(bridged == 0
                ? regions + " inside; nothing is lost."
                : string.Create(CultureInfo.InvariantCulture, $"{regions}; those between pieces cover {EnglishNouns.Counted(bridged, "pixel")} more."));
        }

        if (parted.Count > 0)
        {
            string named = string.Join(", ", parted.Take(Most)) + (parted.Count > Most ? string.Create(CultureInfo.InvariantCulture, $" and {parted.Count - Most} more so") : string.Empty);
            notes.Add($"{named}: pieces too far apart to be joined, which YOLO reads as several objects.");
        }

        return notes.Count == 0 ? null : string.Join(' ', notes);
    }
}
