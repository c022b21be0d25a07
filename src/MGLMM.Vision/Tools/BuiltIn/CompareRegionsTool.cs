using System.Text.Json;
using MGLMM.Masks;
using MGLMM.Vision.Geometry;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>Measures how regions lie to each other, pair by pair.</summary>
internal sealed class CompareRegionsTool : VisionTool
{
    private const int Frame = 40;

    private static readonly RegionsParameter Regions = new("regions", "Two or more regions or a set, such as m3, m4 or s2")
    {
        IsRequired = true,
        Aliases = [.. RegionsParameter.UsualAliases, "with", "and", "to", "other", "others", "against", "from", "target", "reference", "source", "left", "right", "pair"],
    };

    private CompareRegionsTool()
        : base(
            ToolGroups.Geometry,
            "compare_regions",
            "Measures how regions of one picture lie to each other, pair by pair: overlap, containment, gap in px, left_of, above, touching, inside and so on.",
            "pairs [{a, b, iou, a_in_b_fraction, b_in_a_fraction, gap_px, a_is}]",
            Regions)
    {
    }

    public static VisionTool Instance { get; } = new CompareRegionsTool();

    internal override Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken) => Task.Run<ToolResult>(() => Compare(call, cancellationToken), cancellationToken);

    private static ComparisonResult Compare(ToolCall call, CancellationToken cancellationToken)
    {
        RegionList given = call.Get(Regions)!;
        (VisionImage image, IReadOnlyList<VisionRegion> all) = (given.Image, given.Regions);
        if (all.Count < 2)
        {
            throw ToolException.BadArgument(
                RegionSets.Note(given.Expired, "A comparison needs at least two regions.")!, $"Add another region of {image.Handle}: {VisionToolContext.Listed(call.Context.KnownRegions(image))}.");
        }

        PixelBox?[] boxes = new PixelBox?[all.Count];
        (List<RegionPair> pairs, List<string> written) = (new List<RegionPair>(), new List<string>());
        int left = call.Context.Settings.MaximumResultTokens - Frame - TokenEstimate.Of(given.Expired ?? string.Empty);
        for (int a = 0; a < all.Count && left > 0; a++)
        {
            for (int b = a + 1; b < all.Count && left > 0; b++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                RegionPair pair = RegionRelation.Of(all[a], BoxOf(a), all[b], BoxOf(b));
                string json = JsonSerializer.Serialize(pair, ResultJson.Readable.RegionPair);
                left -= TokenEstimate.Of(json) + 1;
                if (left >= 0 || pairs.Count == 0)
                {
                    pairs.Add(pair);
                    written.Add(json);
                }
            }
        }

        long total = all.Count * (all.Count - 1L) / 2;
        return new ComparisonResult
        {
            Image = image.Handle,
            Pairs = new WrittenList<RegionPair>(pairs, written),
            OmittedPairCount = (int)Math.Min(total - pairs.Count, int.MaxValue),
            Note = given.Expired,
        };

        PixelBox BoxOf(int index) => boxes[index] ??= PictureView.MainBox(all[index].Mask);
    }
}
