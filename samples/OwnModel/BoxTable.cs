using System.Text;
using MGLMM.Vision.Exports;

namespace MGLMM.Samples.OwnModel;

/// <summary>An export format of one's own: a line per region with its label and box.</summary>
internal sealed class BoxTable : IExportFormat
{
    public string Name => "box_table";

    public string Description => "Labels and boxes as tab-separated values; no masks.";

    public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default)
    {
        var lines = new StringBuilder("region\tlabel\tleft\ttop\tright\tbottom\n");
        foreach (var region in request.Regions)
        {
            var box = region.Mask.Box;
            lines.Append($"{region.Handle}\t{region.Label.Replace('\t', ' ')}\t{box.Left}\t{box.Top}\t{box.Right}\t{box.Bottom}\n");
        }

        return new("boxes.tsv", "text/tab-separated-values", Encoding.UTF8.GetBytes(lines.ToString()));
    }
}
