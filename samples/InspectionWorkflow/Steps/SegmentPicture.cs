using MGLMM.Vision;
using MGLMM.Vision.Results;
using Microsoft.Agents.AI.Workflows;

namespace MGLMM.Samples.InspectionWorkflow.Steps;

/// <summary>Finds all objects of a picture: what the masks are checked against.</summary>
internal sealed class SegmentPicture(Inspection inspection) : Executor<OpenedPicture, SegmentedPicture>("segment")
{
    public override async ValueTask<SegmentedPicture> HandleAsync(OpenedPicture message, IWorkflowContext context, CancellationToken cancellationToken = default)
    {
        VisionToolset tools = await inspection.ToolsAsync(message.File, "open", cancellationToken);
        GroundedResult objects = Inspection.Expect<GroundedResult>(await tools.SegmentAndCaptionAsync(message.Image, "instance", cancellationToken: cancellationToken));
        await inspection.KeepAsync(tools, message.File, Id, cancellationToken);
        return new SegmentedPicture(message.File, message.Image, objects.Set);
    }
}
