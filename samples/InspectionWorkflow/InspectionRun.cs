using Microsoft.Agents.AI.Workflows;

namespace MGLMM.Samples.InspectionWorkflow;

/// <summary>Runs the workflow from where it stands: from the last checkpoint, or from the first picture.</summary>
internal static class InspectionRun
{
    private const string Session = "inspection";

    /// <summary>Runs it to its end, or to a question that nobody answers.</summary>
    /// <param name="inspection">What to inspect.</param>
    /// <param name="approve">Asks a person; null where nobody is there now.</param>
    /// <param name="tell">Told of each step.</param>
    /// <param name="cancellationToken">Ends it early; it goes on from the last checkpoint next time.</param>
    /// <returns>The report; null where a person has to answer first.</returns>
    public static async Task<InspectionReport?> RunAsync(
        Inspection inspection, Func<ApprovalRequest, IReadOnlyList<string>?> approve, Action<string> tell, CancellationToken cancellationToken)
    {
        CheckpointManager checkpoints = CheckpointManager.CreateJson(new FolderCheckpoints(inspection.WorkPath("checkpoints")));
        InspectionReport? report = await WatchAsync(checkpoints, inspection, approve, tell, cancellationToken);
        if (report is not null)
        {
            // Only now: the run writes a last checkpoint after it has told its report.
            Directory.Delete(inspection.WorkPath(), recursive: true);
        }

        return report;
    }

    private static async Task<InspectionReport?> WatchAsync(
        CheckpointManager checkpoints, Inspection inspection, Func<ApprovalRequest, IReadOnlyList<string>?> approve, Action<string> tell, CancellationToken cancellationToken)
    {
        Workflow workflow = InspectionGraph.Build(inspection);
        CheckpointInfo? last = await checkpoints.GetLatestCheckpointAsync(Session, cancellationToken);
        if (last is not null)
        {
            tell($"Going on from checkpoint {last.CheckpointId}.");
        }

        await using StreamingRun run = last is null
            ? await InProcessExecution.RunStreamingAsync(workflow, new NextPicture(0), checkpoints, Session, cancellationToken)
            : await InProcessExecution.ResumeStreamingAsync(workflow, last, checkpoints, cancellationToken);
        InspectionReport? report = null;
        await foreach (WorkflowEvent happened in run.WatchStreamAsync(cancellationToken))
        {
            switch (happened)
            {
                case RequestInfoEvent { Request: ExternalRequest request } when request.TryGetDataAs(out ApprovalRequest? asked):
                    if (approve(asked) is not { } rejected)
                    {
                        return null;
                    }

                    await run.SendResponseAsync(request.CreateResponse(new ApprovalAnswer(asked, rejected)));
                    break;
                case ExecutorInvokedEvent invoked:
                    tell(invoked.Data is PictureFile file ? $"{file.Name} ({file.Index + 1} of {inspection.Pictures.Count})" : $"  {invoked.ExecutorId}");
                    break;
                case WorkflowOutputEvent output when output.Is(out InspectionReport? told):
                    report = told;
                    break;
                case WorkflowErrorEvent failed:
                    throw failed.Exception ?? new InvalidOperationException("The workflow failed.");
                case ExecutorFailedEvent failed:
                    throw failed.Data ?? new InvalidOperationException($"The step '{failed.ExecutorId}' failed.");
            }
        }

        return report ?? throw new InvalidOperationException("The workflow ended without a report.");
    }
}
