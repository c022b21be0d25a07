using MGLMM.Samples.InspectionWorkflow.Steps;
using Microsoft.Agents.AI.Workflows;

namespace MGLMM.Samples.InspectionWorkflow;

/// <summary>The steps and what leads from one to the next.</summary>
internal static class InspectionGraph
{
    /// <summary>Where a person answers.</summary>
    public static readonly RequestPort<ApprovalRequest, ApprovalAnswer> Approval = RequestPort.Create<ApprovalRequest, ApprovalAnswer>("approve");

    public static Workflow Build(Inspection inspection)
    {
        ExecutorBinding pick = new PickPicture(inspection), open = new OpenPicture(inspection), segment = new SegmentPicture(inspection), refer = new ReferPicture(inspection);
        ExecutorBinding check = new CheckMasks(inspection), decide = new DecideMasks(), export = new ExportMasks(inspection), skip = new SkipPicture(inspection);
        return new WorkflowBuilder(pick)
            .AddEdge(pick, open)
            .ForwardMessage<OpenedPicture>(open, segment).ForwardMessage<SkippedPicture>(open, skip)
            .AddEdge(segment, refer)
            .AddEdge(refer, check)
            .ForwardMessage<CheckedPicture>(check, export).ForwardMessage<ApprovalRequest>(check, Approval)
            .AddEdge(Approval, decide)
            .AddEdge(decide, export)
            .AddEdge(export, pick)
            .AddEdge(skip, pick)
            .WithOutputFrom(pick)
            .Build();
    }
}
