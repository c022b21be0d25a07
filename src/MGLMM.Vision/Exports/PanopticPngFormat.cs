using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>
/// COCO panoptic annotations: a PNG whose every pixel says its segment as R + 256 G + 65536 B (0 for none), and the JSON that lists
/// the segments, together in a zip: <c>panoptic.json</c> and <c>panoptic/NAME.png</c>.
/// </summary>
/// <remarks>
/// A pixel has one segment only. Where regions overlap, the smaller lies on top (of equal ones the later), and <c>area</c> and
/// <c>bbox</c> tell what is left to see; a region that is wholly covered has no segment, which the note says. A segment's id is its
/// region's colour in the other pictures, so that the PNG can be looked at; where two would be equal, the next free number.
/// </remarks>
internal sealed class PanopticPngFormat : IExportFormat
{
    public string Name => "panoptic_png";

    public string Description => "COCO panoptic, PNG and JSON in a zip: exact where regions do not overlap, the smaller on top.";

    public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ExportRegion> regions = request.Regions;
        Dictionary<string, int> ids = IdsOf(regions);
        (byte[] pixels, List<(ExportRegion Region, PixelBox Box, long Area)> segments) = Paint(request, ids, cancellationToken);
        string stem = request.PictureStem;
        ExportCategories categories = new(regions);
        byte[] json = JsonFile.Of(request.MaximumBytes, writer =>
        {
            CocoWriter coco = new(writer);
            writer.WriteStartObject();
            CocoDocument.WriteFrame(coco, request, categories, panoptic: true);
            writer.WriteStartArray("annotations");
            writer.WriteStartObject();
            writer.WriteNumber("image_id", request.PictureId);
            writer.WriteString("file_name", stem + ".png");
            writer.WriteStartArray("segments_info");
            foreach ((ExportRegion region, PixelBox box, long area) in segments)
            {
                writer.WriteStartObject();
                writer.WriteNumber("id", ids[region.Handle]);
                writer.WriteNumber("category_id", categories.IndexOf(region) + 1);
                coco.WriteExtent(area, box);
                CocoDocument.WriteOrigin(writer, region);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
        cancellationToken.ThrowIfCancellationRequested();
        byte[] png = PngWriter.Encode(RgbImage.FromPixels(pixels, request.Width, request.Height));
        HashSet<string> shown = segments.Select(segment => segment.Region.Handle).ToHashSet(StringComparer.Ordinal);
        string[] hidden = [.. regions.Select(region => region.Handle).Where(handle => !shown.Contains(handle))];
        return ExportedFile.Archive("regions.zip", [("panoptic.json", json), ($"panoptic/{stem}.png", png)], request.MaximumBytes) with
        {
            Note = hidden.Length == 0
                ? null
                : $"{Listed(hidden)} {(hidden.Length == 1 ? "has" : "have")} no segment: others cover {(hidden.Length == 1 ? "it" : "them")} wholly.",
        };
    }

    private static string Listed(string[] handles)
    {
        const int Most = 8;
        return handles.Length <= Most ? string.Join(", ", handles) : $"{string.Join(", ", handles[..Most])} and {handles.Length - Most} more";
    }

    private static Dictionary<string, int> IdsOf(IReadOnlyList<ExportRegion> regions)
    {
        const int Ids = 1 << 24;
        HashSet<int> taken = new() { 0 };
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        foreach (ExportRegion region in regions)
        {
            RgbColor color = region.Color;
            int id = color.Red | (color.Green << 8) | (color.Blue << 16);
            while (!taken.Add(id))
            {
                id = (id + 1) % Ids;
            }

            ids.Add(region.Handle, id);
        }

        return ids;
    }

    private static (byte[] Pixels, List<(ExportRegion Region, PixelBox Box, long Area)> Segments) Paint(
        ExportRequest request, Dictionary<string, int> ids, CancellationToken cancellationToken)
    {
        IReadOnlyList<ExportRegion> regions = request.Regions;
        byte[] pixels = new byte[request.Width * request.Height * RgbImage.Channels];

        // From the top down, each with what those above it leave.
        Mask covered = Mask.Empty(request.Width, request.Height);
        Dictionary<string, Mask> seen = new(StringComparer.Ordinal);
        IOrderedEnumerable<(ExportRegion Region, int Index)> topDown = regions.Select((region, index) => (Region: region, Index: index)).OrderBy(entry => entry.Region.Mask.Area).ThenByDescending(entry => entry.Index);
        foreach ((ExportRegion region, _) in topDown)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Mask visible = region.Mask.Subtract(covered);
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
        ReadOnlySpan<int> counts = mask.Counts;
        int position = 0;
        for (int index = 0; index < counts.Length; index++)
        {
            int end = position + counts[index];
            for (; index % 2 == 1 && position < end; position++)
            {
                // Runs go down the columns.
                int at = ((position % mask.Height * mask.Width) + (position / mask.Height)) * RgbImage.Channels;
                pixels[at] = (byte)id;
                pixels[at + 1] = (byte)(id >> 8);
                pixels[at + 2] = (byte)(id >> 16);
            }

            position = end;
        }
    }
}
