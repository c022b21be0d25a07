using MGLMM.Language;
using MGLMM.Masks;
using MGLMM.Vision.Geometry;
using MGLMM.Vision.Language;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Vision.Grounding;

/// <summary>From an instruction to masks of a picture. Thread-safe.</summary>
internal sealed class RegionFinder(ModelAccess model, VisionWorkspace workspace, VisionSettings settings)
{
    private const int FewestPixels = 4;

    /// <summary>Above this share of the picture, a crop shows nothing new.</summary>
    private const double NearlyAll = 0.8;

    /// <summary>Two masks that overlap more are the same object, found twice.</summary>
    private const double SameObject = 0.5;

    public static Func<PictureView>[] WholePicture(VisionImage image) => [() => PictureView.Whole(image)];

    public Func<PictureView> CropOf(VisionImage image, VisionRegion region) => () => PictureView.Around(image, region.Mask, settings.CropMargin);

    /// <summary>What to show for a question about a region: its box, where the model's wording of the task points to one, else its crop.</summary>
    public PictureView ViewOf(VisionImage image, VisionRegion region, string task) => model.PointsToBox(task) ? PictureView.Boxed(image, region.Mask) : CropOf(image, region)();

    /// <summary>
    /// Where to ask about an object by its phrase. In the whole picture, as the model was trained, if the phrase fits it alone and it
    /// is not small; else on its crop, where it is large and nearly alone. The other way comes second, for when the first finds nothing.
    /// </summary>
    public IEnumerable<Func<PictureView>> ViewsOfNamed(VisionImage image, VisionRegion region)
    {
        PixelBox box = PictureView.MainBox(region.Mask);
        double share = (double)box.Width * box.Height / ((double)image.Width * image.Height);

        // A part may be called like its whole (a balloon has a balloon and a string), which makes the whole no less unique.
        bool fitsAlone = region.Phrase is not null && !workspace.RegionsOf(image.Handle).Any(other =>
            other.Parent != region.Handle
            && EnglishPhrases.Same(other.Phrase, region.Phrase)
            && other.Mask.IntersectionOverUnion(region.Mask) < SameObject);
        Func<PictureView> whole = () => PictureView.Whole(image);
        if (!fitsAlone)
        {
            return [CropOf(image, region)];
        }

        return share < settings.CropBelowFraction ? [CropOf(image, region), whole]
            : share < NearlyAll ? [whole, CropOf(image, region)]
            : [whole];
    }

    /// <summary>
    /// Asks about views of a picture, one after the other, until one answer has regions. With a parent, masks are cut to it and those
    /// mostly outside are dropped. If none has regions, the first answer counts.
    /// </summary>
    public async Task<Finding> FindAsync(
        VisionImage image, VisionRegion? parent, IEnumerable<Func<PictureView>> views, string instruction, CancellationToken cancellationToken)
    {
        Finding? first = null, found = null;
        foreach (PictureView? view in views.Select(make => make()))
        {
            // A crop may turn out to be the whole picture, which need not be asked twice.
            if (first is not null && first.View.IsCrop == view.IsCrop)
            {
                continue;
            }

            GroundedAnswer answer = await model.AskAsync(view, image, instruction, cancellationToken: cancellationToken).ConfigureAwait(false);
            Finding finding = Place(image, parent, view, instruction, answer, cancellationToken);
            first ??= finding;
            if (finding.Masks.Any(mask => mask is not null))
            {
                found = finding;
                break;
            }
        }

        found ??= first!;
        if (found.View.IsWhole)
        {
            Remember(image, instruction, found.Answer);
        }

        return found;
    }

    /// <summary>Goes on from the last answers about the picture; forgets the oldest where the model cannot take them all.</summary>
    public async Task<Finding> FollowUpAsync(VisionImage image, string instruction, CancellationToken cancellationToken)
    {
        IReadOnlyList<EarlierTurn> earlier = workspace.DialogueOf(image.Handle);
        while (true)
        {
            try
            {
                GroundedAnswer answer = await model.AskAsync(PictureView.Whole(image), image, instruction, earlier, cancellationToken).ConfigureAwait(false);
                Remember(image, instruction, answer, followUp: true);
                return Place(image, null, PictureView.Whole(image), instruction, answer, cancellationToken);
            }
            catch (PromptTooLongException) when (earlier.Count > 0)
            {
                earlier = [.. earlier.Skip(1)];
            }
        }
    }

    /// <summary>What a later question can go on from: the answer that the caller got, if it was about the whole picture.</summary>
    public void Remember(VisionImage image, string instruction, GroundedAnswer answer, bool followUp = false) =>
        workspace.Remember(image.Handle, new EarlierTurn(instruction, answer.Text), followUp, settings.MaximumDialogueTurns);

    private Finding Place(
        VisionImage image, VisionRegion? parent, PictureView view, string instruction, GroundedAnswer answer, CancellationToken cancellationToken)
    {
        Mask?[] masks = new Mask?[answer.Segments.Count];
        int outside = 0;
        for (int index = 0; index < masks.Length; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Mask mask = view.ToPicture(answer.Segments[index].Mask);
            if (parent is not null && !mask.IsEmpty)
            {
                Mask inside = mask.Intersect(parent.Mask);
                if (inside.Area < Math.Max(FewestPixels, mask.Area * settings.MinimumContainment))
                {
                    outside++;
                    continue;
                }

                mask = inside;
            }

            masks[index] = mask.IsEmpty ? null : mask;
        }

        return new Finding(image, parent, view, instruction, answer, masks, outside);
    }
}
