using Microsoft.Agents.AI.Workflows;

namespace MGLMM.Samples.InspectionWorkflow.Steps;

/// <summary>One picture after the other; behind the last one, the report.</summary>
[SendsMessage(typeof(PictureFile))]
[YieldsOutput(typeof(InspectionReport))]
internal sealed class PickPicture(Inspection inspection) : Executor<NextPicture>("pick")
{
    public override ValueTask HandleAsync(NextPicture message, IWorkflowContext context, CancellationToken cancellationToken = default) =>
        message.Index < inspection.Pictures.Count
            ? context.SendMessageAsync(new PictureFile(message.Index, inspection.Pictures[message.Index]), cancellationToken)
            : context.YieldOutputAsync(inspection.Finish(), cancellationToken);
}
