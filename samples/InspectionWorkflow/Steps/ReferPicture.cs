using MGLMM.Vision;
using MGLMM.Vision.Results;
using Microsoft.Agents.AI.Workflows;

namespace MGLMM.Samples.InspectionWorkflow.Steps;

/// <summary>Finds what is looked for.</summary>
internal sealed class ReferPicture(Inspection inspection) : Executor<SegmentedPicture, ReferredPicture>("refer")
{
    public override async ValueTask<ReferredPicture> HandleAsync(SegmentedPicture message, IWorkflowContext context, CancellationToken cancellationToken = default)
    {
        VisionToolset tools = await inspection.ToolsAsync(message.File, "segment", cancellationToken);
        GroundedResult found = Inspection.Expect<GroundedResult>(await tools.ReferAsync(message.Image, inspection.Expression, cancellationToken: cancellationToken));
        await inspection.KeepAsync(tools, message.File, Id, cancellationToken);
        return new ReferredPicture(message.File, message.Image, message.Objects, found.Set is null ? [] : [.. tools.Workspace.RegionsInSet(found.Set).Select(region => region.Handle)]);
    }
}
