using MGLMM.Vision;
using Microsoft.Agents.AI.Workflows;

namespace MGLMM.Samples.InspectionWorkflow.Steps;

/// <summary>Writes a picture's masks: COCO run lengths, and a picture of them.</summary>
internal sealed class ExportMasks(Inspection inspection) : Executor<CheckedPicture, NextPicture>("export")
{
    public override async ValueTask<NextPicture> HandleAsync(CheckedPicture message, IWorkflowContext context, CancellationToken cancellationToken = default)
    {
        if (message.Regions.Count > 0)
        {
            VisionToolset tools = await inspection.ToolsAsync(message.File, "refer", cancellationToken);
            string regions = string.Join(", ", message.Regions);
            inspection.WriteResult(message.File, "regions.json", Inspection.FileOf(tools, await tools.ExportRegionsAsync(regions, "coco_rle", cancellationToken)));
            inspection.WriteResult(message.File, "overlay.png", Inspection.FileOf(tools, await tools.RenderImageAsync(message.Image, regions, cancellationToken: cancellationToken)));
        }

        inspection.WriteRow(message.File, message.Regions.Count, message.Rejected);
        return new NextPicture(message.File.Index + 1);
    }
}
