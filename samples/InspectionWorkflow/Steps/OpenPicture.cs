using MGLMM.Vision;
using MGLMM.Vision.Results;
using Microsoft.Agents.AI.Workflows;

namespace MGLMM.Samples.InspectionWorkflow.Steps;

/// <summary>Opens a file; one that is no picture, or cannot be opened, is skipped and told in the report.</summary>
[SendsMessage(typeof(OpenedPicture))]
[SendsMessage(typeof(SkippedPicture))]
internal sealed class OpenPicture(Inspection inspection) : Executor<PictureFile>("open")
{
    public override async ValueTask HandleAsync(PictureFile message, IWorkflowContext context, CancellationToken cancellationToken = default)
    {
        VisionToolset tools = await inspection.ToolsAsync(message, step: null, cancellationToken);
        try
        {
            tools.AddImage(message.Name, await File.ReadAllBytesAsync(Path.Combine(inspection.PictureFolder, message.Name), cancellationToken));
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            // Too large, a name that no picture may have, or not to be read: the others are inspected all the same.
            await context.SendMessageAsync(new SkippedPicture(message, exception.Message.Split(" (Parameter '")[0]), cancellationToken);
            return;
        }

        ToolResult result = await tools.OpenImageAsync(message.Name, cancellationToken);
        if (result is ToolError error)
        {
            await context.SendMessageAsync(new SkippedPicture(message, error.Message), cancellationToken);
            return;
        }

        await inspection.KeepAsync(tools, message, Id, cancellationToken);
        await context.SendMessageAsync(new OpenedPicture(message, Inspection.Expect<OpenedImageResult>(result).Image), cancellationToken);
    }
}
