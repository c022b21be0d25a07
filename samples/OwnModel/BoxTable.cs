using System.Text;
using MGLMM.Masks;
using MGLMM.Vision.Exports;

namespace MGLMM.Samples.OwnModel;

/// <summary>An export format of one's own: a line per region with its label and box.</summary>
internal sealed class BoxTable : IExportFormat
{
    public string Name => "box_table";

    public string Description => "Labels and boxes as tab-separated values; no masks.";

    public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default)
    {
        StringBuilder lines = new("region\tlabel\tleft\ttop\tright\tbottom\n");
        foreach (ExportRegion region in request.Regions)
        {
            PixelBox box = region.Mask.Box;
            lines.Append($"{region.Handle}\t{region.Label.Replace('\t', ' ')}\t{box.Left}\t{box.Top}\t{box.Right}\t{box.Bottom}\n");
        }

        return new("boxes.tsv", "text/tab-separated-values", Encoding.UTF8.GetBytes(lines.ToString()));
    }
}
