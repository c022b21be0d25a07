using MGLMM.Vision.Diagnostics;
using MGLMM.Vision.Results;

namespace MGLMM.Vision;

/// <summary>Whole pictures and single objects, described and segmented at one granularity.</summary>
public sealed partial class VisionToolset
{
    /// <summary>What is asked of a region that the model gave no words for.</summary>
    private const string UnnamedObject = "object";

    /// <summary>Above this share of the picture, a crop shows nothing new.</summary>
    private const double NearlyAll = 0.8;

    /// <summary>Two masks that overlap more are the same object, found twice.</summary>
    private const double SameObject = 0.5;

    /// <summary>Describes a picture, or one region of it, with a region for each phrase.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="granularity"><c>panoptic</c> (objects and background), <c>instance</c> (objects) or <c>part</c> (the parts of one object).</param>
    /// <param name="within">A region to look inside; <c>part</c> needs one.</param>
    /// <param name="detail">
    /// <c>brief</c> (handles and words), <c>normal</c> (where null; with areas and boxes) or <c>detailed</c> (with centroids). A model that was
    /// taught captions of several lengths also words them so.
    /// </param>
    /// <param name="maxRegions">Regions that the result lists at most; null lists as many as a short result holds. The set has all.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A <see cref="GroundedResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> SegmentAndCaptionAsync(
        string image, string granularity = "panoptic", string? within = null, string? detail = null, int? maxRegions = null,
        CancellationToken cancellationToken = default) => GuardAsync(
        "segment_and_caption",
        async token =>
        {
            var picture = Image(image);
            var level = GranularityOf(granularity);
            var parent = RegionOf(picture, within);
            var length = DetailOf(detail);
            var fields = length switch { "brief" => RegionFields.Brief, "detailed" => RegionFields.Detailed, _ => RegionFields.Normal };
            var most = MostRegions(maxRegions);
            var task = "segment_and_caption." + level;
            if (Model.Card.Instructions.Supports($"{task}.{length}"))
            {
                task = $"{task}.{length}";
            }

            if (parent is null)
            {
                if (level == "part" && Template(task).Contains("{object}", StringComparison.Ordinal))
                {
                    throw ToolException.BadArgument(
                        "The granularity 'part' shows the parts of one object, so it needs 'within'.",
                        $"Pass an object's region as 'within': {Listed(KnownRegions(picture))}. Objects come from segment_and_caption with granularity instance.");
                }

                return Keep(await FindAsync(picture, null, WholePicture(picture), Instruction(task, null, "granularity"), token).ConfigureAwait(false), level, fields: fields, mostRegions: most);
            }

            string? named = null;
            if (Template(task).Contains("{object}", StringComparison.Ordinal))
            {
                named = ObjectPhrase.ForObject(Template(task), parent.Phrase ?? UnnamedObject);
            }

            var instruction = Instruction(task, named, "within");
            var views = named is null ? [CropOf(picture, parent)] : ViewsOfNamed(picture, parent);
            return Keep(await FindAsync(picture, parent, views, instruction, token).ConfigureAwait(false), level, fields: fields, mostRegions: most);
        },
        cancellationToken);

    private static string DetailOf(string? detail)
    {
        var length = IsLeftOut(detail) ? "normal" : detail!.Trim().ToLowerInvariant();
        return Details.Contains(length)
            ? length
            : throw ToolException.BadArgument($"There is no detail '{PlainText.Limit(length, 40)}'.", $"Use one of: {string.Join(", ", Details)}.");
    }

    private static int? MostRegions(int? maxRegions)
    {
        const int Most = 100;
        return maxRegions is null or (>= 1 and <= Most)
            ? maxRegions
            : throw ToolException.BadArgument($"'max_regions' is {maxRegions}.", $"Give 1 to {Most}, or leave it out; get_regions gives the others page by page.");
    }

    private string GranularityOf(string granularity)
    {
        var level = granularity?.Trim().ToLowerInvariant() ?? string.Empty;
        var able = Granularities.Where(known => Model.Card.Granularities.Contains(known) && Model.Card.Instructions.Supports("segment_and_caption." + known)).ToArray();
        if (!Granularities.Contains(level))
        {
            throw new ToolException(
                ToolErrorCodes.BadGranularity,
                $"There is no granularity '{PlainText.Limit(level, 40)}'.",
                $"Use one of: {string.Join(", ", able.Length > 0 ? able : Granularities)}.");
        }

        if (!able.Contains(level))
        {
            throw new ToolException(
                ToolErrorCodes.NotSupported,
                $"The loaded model '{Model.Card.Name}' was not trained for the granularity '{level}'.",
                able.Length > 0 ? $"Use one of: {string.Join(", ", able)}." : "Use refer or ask instead.");
        }

        VisionTelemetry.TagGranularity(level);
        return level;
    }

    private Func<PictureView> CropOf(VisionImage image, VisionRegion region) =>
        () => PictureView.Around(image, region.Mask, _options.CropMargin);

    /// <summary>What to show for a question about a region: its box, where the model's wording of the task points to one, else its crop.</summary>
    private PictureView ViewOf(VisionImage image, VisionRegion region, string task) =>
        PointsToBox(task) ? PictureView.Boxed(image, region.Mask) : CropOf(image, region)();

    /// <summary>
    /// Where to ask about an object by its phrase. In the whole picture, as the model was trained, if the phrase fits it alone and it
    /// is not small; else on its crop, where it is large and nearly alone. The other way comes second, for when the first finds nothing.
    /// </summary>
    private IEnumerable<Func<PictureView>> ViewsOfNamed(VisionImage image, VisionRegion region)
    {
        var box = PictureView.MainBox(region.Mask);
        var share = (double)box.Width * box.Height / ((double)image.Width * image.Height);

        // A part may be called like its whole (a balloon has a balloon and a string), which makes the whole no less unique.
        var fitsAlone = region.Phrase is not null && !Workspace.RegionsOf(image.Handle).Any(other =>
            other.Parent != region.Handle
            && ObjectPhrase.Same(other.Phrase, region.Phrase)
            && other.Mask.IntersectionOverUnion(region.Mask) < SameObject);
        Func<PictureView> whole = () => PictureView.Whole(image);
        if (!fitsAlone)
        {
            return [CropOf(image, region)];
        }

        return share < _options.CropBelowFraction ? [CropOf(image, region), whole]
            : share < NearlyAll ? [whole, CropOf(image, region)]
            : [whole];
    }
}
