using Microsoft.Agents.AI.Workflows;

namespace MGLMM.Samples.InspectionWorkflow.Steps;

/// <summary>Tells of a picture that could not be opened, and goes on.</summary>
internal sealed class SkipPicture(Inspection inspection) : Executor<SkippedPicture, NextPicture>("skip")
{
    public override ValueTask<NextPicture> HandleAsync(SkippedPicture message, IWorkflowContext context, CancellationToken cancellationToken = default)
    {
        inspection.WriteRow(message.File, masks: 0, rejected: 0, message.Why);
        return ValueTask.FromResult(new NextPicture(message.File.Index + 1));
    }
}
