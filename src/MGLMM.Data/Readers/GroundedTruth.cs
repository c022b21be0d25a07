using MGLMM.Data.Import;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>
/// The truth that the official scripts of GCG and MGSC compare with: a file of captions and one of masks. A caption's labels are marked up where they
/// stand; the masks go in that order.
/// </summary>
internal static class GroundedTruth
{
    /// <summary>A sample per caption.</summary>
    /// <param name="scope">Told of what is left out.</param>
    /// <param name="captionPath">The <c>*_caption_gt.json</c>.</param>
    /// <param name="maskPath">The <c>*_mask_gt.json</c>.</param>
    /// <param name="split">The split.</param>
    /// <param name="asked">What is asked about a caption's subject, and as which granularity.</param>
    /// <param name="pictures">Folders of the pictures.</param>
    /// <param name="cancellationToken">Observed at every buffer.</param>
    public static ImportPlan Plan(
        ImportScope scope,
        string captionPath,
        string maskPath,
        string split,
        Func<CaptionTruth, (string Instruction, string Granularity)> asked,
        string[] pictures,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<CaptionTruth> captions = CaptionTruth.Read(captionPath, scope, cancellationToken);
        MaskTruth masks = MaskTruth.Open(maskPath, scope, cancellationToken);
        masks.LeaveOutOthers(captions.Select(caption => caption.Image), scope.Log);
        return new ImportPlan(captions.Count, captions.Select(caption => ImportItem.Of(log => Make(scope, caption, masks, split, asked(caption), pictures, log))));
    }

    private static SegCapSample? Make(
        ImportScope scope, CaptionTruth truth, MaskTruth masks, string split, (string Instruction, string Granularity) asked, string[] pictures, ImportLog log)
    {
        IReadOnlyList<Mask> list = masks.Of(truth.Image);
        if (list.Count != truth.Labels.Count || list.Count == 0)
        {
            log.LeaveOut("a caption has another number of labels than its picture has masks, or none", $"picture {truth.Image}");
            return null;
        }

        if (list.Any(mask => mask.Width != list[0].Width || mask.Height != list[0].Height))
        {
            log.LeaveOut("the masks of a picture are of different sizes", $"picture {truth.Image}");
            return null;
        }

        if (!Wordings.IsPlain(truth.Caption) || !truth.Labels.All(Wordings.IsPlain))
        {
            log.LeaveOut("a caption or a label holds mark-up of its own", $"picture {truth.Image}");
            return null;
        }

        (string answer, int[] order) = truth.Marked(log);
        return scope.Sample(
            $"{scope.Kind}-{split}-{truth.Image}",
            scope.PictureOf(truth.FileName ?? truth.Image + ".jpg", log, pictures),
            list[0].Width,
            list[0].Height,
            asked.Granularity,
            [
                new SegCapQuestion
                {
                    Instruction = asked.Instruction,
                    Answer = answer,
                    Masks = [.. order.Select(index => RunLengths.Of(list[index]))],
                    Labels = [.. order.Select(index => truth.Labels[index])],
                },
            ],
            split,
            SourceIds.Of("image_id", truth.Image)) with { Granularity = asked.Granularity };
    }
}
