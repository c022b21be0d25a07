using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Vision.Output;

/// <summary>
/// COCO panoptic annotations: a PNG whose every pixel says its segment as R + 256 G + 65536 B (0 for none), and the JSON that lists
/// the segments, together in a zip: <c>panoptic.json</c> and <c>panoptic/NAME.png</c>.
/// </summary>
/// <remarks>
/// A pixel has one segment only. Where regions overlap, the smaller lies on top (of equal ones the later), and <c>area</c> and
/// <c>bbox</c> tell what is left to see; a region that is wholly covered has no segment, which the note says. A segment's id is its
/// region's colour in the other pictures, so that the PNG can be looked at; where two would be equal, the next free number.
/// </remarks>
internal static class PanopticFile
{
    public static MadeFile Of(VisionImage image, IReadOnlyList<VisionRegion> regions, long maximumBytes, CancellationToken cancellationToken)
    {
        var ids = IdsOf(regions);
        var (pixels, segments) = Paint(image, regions, ids, cancellationToken);
        var stem = FileStem.Of(image);
        var categories = new ExportCategories(regions);
        var json = JsonFile.Of(maximumBytes, writer =>
        {
            writer.WriteStartObject();
            CocoFile.WriteFrame(writer, image, categories, panoptic: true);
            writer.WriteStartArray("annotations");
            writer.WriteStartObject();
            writer.WriteNumber("image_id", 1);
            writer.WriteString("file_name", stem + ".png");
            writer.WriteStartArray("segments_info");
            foreach (var (region, box, area) in segments)
            {
                writer.WriteStartObject();
                writer.WriteNumber("id", ids[region.Handle]);
                writer.WriteNumber("category_id", categories.IndexOf(region) + 1);
                writer.WriteNumber("area", area);
                CocoFile.WriteBox(writer, box);
                writer.WriteNumber("iscrowd", 0);
                CocoFile.WriteOrigin(writer, region);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
        cancellationToken.ThrowIfCancellationRequested();
        var png = PngWriter.Encode(RgbImage.FromPixels(pixels, image.Width, image.Height));
        var hidden = regions.Except(segments.Select(segment => segment.Region)).ToArray();
        return new("regions.zip", MadeFile.Zip, ArchiveFile.Of(maximumBytes, [("panoptic.json", json), ($"panoptic/{stem}.png", png)]))
        {
            Note = hidden.Length == 0
                ? null
                : $"{Geometry.RegionPhrase.Handles(hidden)} {(hidden.Length == 1 ? "has" : "have")} no segment: smaller regions cover {(hidden.Length == 1 ? "it" : "them")} wholly.",
        };
    }

    private static Dictionary<string, int> IdsOf(IReadOnlyList<VisionRegion> regions)
    {
        const int Ids = 1 << 24;
        var taken = new HashSet<int> { 0 };
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var region in regions)
        {
            var color = OverlayPalette.ColorOf(region.ColorIndex);
            var id = color.Red | (color.Green << 8) | (color.Blue << 16);
            while (!taken.Add(id))
            {
                id = (id + 1) % Ids;
            }

            ids.Add(region.Handle, id);
        }

        return ids;
    }

    private static (byte[] Pixels, List<(VisionRegion Region, PixelBox Box, long Area)> Segments) Paint(
        VisionImage image, IReadOnlyList<VisionRegion> regions, Dictionary<string, int> ids, CancellationToken cancellationToken)
    {
        var pixels = new byte[image.Width * image.Height * RgbImage.Channels];

        // From the top down, each with what those above it leave.
        var covered = Mask.Empty(image.Width, image.Height);
        var seen = new Dictionary<string, Mask>(StringComparer.Ordinal);
        var topDown = regions.Select((region, index) => (Region: region, Index: index)).OrderBy(entry => entry.Region.Mask.Area).ThenByDescending(entry => entry.Index);
        foreach (var (region, _) in topDown)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var visible = region.Mask.Subtract(covered);
            covered = covered.Union(region.Mask);
            if (!visible.IsEmpty)
            {
                seen.Add(region.Handle, visible);
                Fill(pixels, visible, ids[region.Handle]);
            }
        }

        return (pixels, [.. regions.Where(region => seen.ContainsKey(region.Handle)).Select(region => (region, seen[region.Handle].Box, seen[region.Handle].Area))]);
    }

    private static void Fill(byte[] pixels, Mask mask, int id)
    {
        var counts = mask.Counts;
        var position = 0;
        for (var index = 0; index < counts.Length; index++)
        {
            var end = position + counts[index];
            for (; index % 2 == 1 && position < end; position++)
            {
                // Runs go down the columns.
                var at = ((position % mask.Height * mask.Width) + (position / mask.Height)) * RgbImage.Channels;
                pixels[at] = (byte)id;
                pixels[at + 1] = (byte)(id >> 8);
                pixels[at + 2] = (byte)(id >> 16);
            }

            position = end;
        }
    }
}
