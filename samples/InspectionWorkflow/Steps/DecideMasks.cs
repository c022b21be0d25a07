using Microsoft.Agents.AI.Workflows;

namespace MGLMM.Samples.InspectionWorkflow.Steps;

/// <summary>Takes the masks away that a person has rejected.</summary>
internal sealed class DecideMasks() : Executor<ApprovalAnswer, CheckedPicture>("decide")
{
    public override ValueTask<CheckedPicture> HandleAsync(ApprovalAnswer message, IWorkflowContext context, CancellationToken cancellationToken = default)
    {
        ReferredPicture picture = message.Request.Picture;
        return ValueTask.FromResult(new CheckedPicture(picture.File, picture.Image, [.. picture.Regions.Except(message.Rejected)], message.Rejected.Count));
    }
}
