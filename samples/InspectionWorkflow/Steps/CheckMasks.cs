using System.Globalization;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using Microsoft.Agents.AI.Workflows;

namespace MGLMM.Samples.InspectionWorkflow.Steps;

/// <summary>Checks the masks by geometry alone; a person decides about those that it doubts.</summary>
[SendsMessage(typeof(CheckedPicture))]
[SendsMessage(typeof(ApprovalRequest))]
internal sealed class CheckMasks(Inspection inspection) : Executor<ReferredPicture>("check")
{
    private const double SmallestShare = 0.001;
    private const double LargestShare = 0.5;
    private const double SameObject = 0.5;
    private const double SameMask = 0.3;

    public override async ValueTask HandleAsync(ReferredPicture message, IWorkflowContext context, CancellationToken cancellationToken = default)
    {
        VisionToolset tools = await inspection.ToolsAsync(message.File, "refer", cancellationToken);
        VisionRegion[] regions = [.. message.Regions.Select(handle => tools.Workspace.TryGetRegion(handle, out VisionRegion? region) ? region : throw new InvalidOperationException($"{handle} was not kept."))];
        IReadOnlyList<VisionRegion> objects = message.Objects is null ? [] : tools.Workspace.RegionsInSet(message.Objects);
        List<Doubt> doubts = [];
        foreach (VisionRegion region in regions)
        {
            if (WhyDoubtful(region, regions, objects) is { } why)
            {
                ReadOnlySpan<byte> preview = Inspection.FileOf(tools, await tools.RenderImageAsync(message.Image, region.Handle, "outline", cancellationToken: cancellationToken));
                doubts.Add(new Doubt(region.Handle, why, inspection.WriteResult(message.File, $"doubt-{region.Handle}.png", preview)));
            }
        }

        object next = doubts.Count == 0 ? new CheckedPicture(message.File, message.Image, message.Regions, 0) : new ApprovalRequest(message, doubts);
        await context.SendMessageAsync(next, cancellationToken);
    }

    private static string? WhyDoubtful(VisionRegion region, IEnumerable<VisionRegion> regions, IReadOnlyList<VisionRegion> objects)
    {
        if (region.AreaFraction is < SmallestShare or > LargestShare)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it covers {region.AreaFraction:P1} of the picture");
        }

        if (regions.FirstOrDefault(other => other.Number < region.Number && other.Mask.IntersectionOverUnion(region.Mask) > SameMask) is { } twin)
        {
            return $"it is much the same as {twin.Handle}";
        }

        double best = objects.Select(seen => seen.Mask.IntersectionOverUnion(region.Mask)).DefaultIfEmpty().Max();
        return best < SameObject ? string.Create(CultureInfo.InvariantCulture, $"no object was seen there (best IoU {best:F2})") : null;
    }
}
