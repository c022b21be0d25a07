using MGLMM.Evaluation.Metrics;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Tests.Metrics;

/// <summary>Metrics against numbers worked out by hand from their definitions.</summary>
public sealed class MetricsTests
{
    private static Mask Box(int left, int top, int right, int bottom) => Mask.FromRectangle(20, 10, new PixelBox(left, top, right, bottom));

    [Fact]
    public void Pairs_are_one_to_one_and_the_best_first()
    {
        // IoU: a-x 0.5, a-y 0.6, b-y 0.9: b takes y although a came first.
        double[,] overlaps = { { 0.5, 0.6 }, { 0, 0.9 }, { 0.4, 0 } };
        Assert.Equal([(1, 1, 0.9), (0, 0, 0.5)], MaskMatching.Greedy(overlaps));
    }

    [Fact]
    public void Masks_without_overlap_make_no_pair() => Assert.Empty(MaskMatching.Greedy(MaskMatching.Overlaps([Box(0, 0, 5, 5)], [Box(10, 0, 15, 5)])));

    [Fact]
    public void Average_precision_reads_precision_off_at_101_recalls()
    {
        // Hit, miss, hit over two truths: recalls .5 .5 1, precisions 1 1/2 2/3, envelope 1 2/3 2/3.
        AveragePrecision precision = new();
        precision.Add([Box(0, 0, 5, 5), Box(15, 5, 20, 10), Box(5, 0, 10, 5)], [Box(0, 0, 5, 5), Box(5, 0, 10, 5)]);
        Assert.Equal((51 + (50 * 2d / 3)) / 101, precision.Value()!.Value, 12);
    }

    [Fact]
    public void Average_precision_of_nothing_found_is_zero_and_of_nothing_sought_is_none()
    {
        AveragePrecision precision = new();
        Assert.Null(precision.Value());
        precision.Add([], [Box(0, 0, 5, 5)]);
        Assert.Equal(0, precision.Value());
    }

    [Fact]
    public void Panoptic_quality_weighs_overlap_by_misses_and_false_segments()
    {
        // Label a: one match of IoU 4/5, one false segment: 0.8 / 1.5. Label b: missed: 0.
        PanopticQuality quality = new();
        quality.Add([(Box(0, 0, 4, 5), "a"), (Box(10, 0, 14, 5), "a"), (Box(0, 5, 5, 10), null)], [(Box(0, 0, 5, 5), "a"), (Box(0, 5, 5, 10), "b")]);
        Assert.Equal(0.8 / 1.5 / 2, quality.Value()!.Value, 12);
    }

    [Fact]
    public void The_interval_holds_the_mean_and_narrows_with_more_samples()
    {
        double[] few = [0, 1, 0, 1];
        double[] many = Enumerable.Range(0, 400).Select(index => (double)(index % 2)).ToArray();
        (double low, double high) = Bootstrap.MeanInterval(few);
        (double narrowLow, double narrowHigh) = Bootstrap.MeanInterval(many);
        Assert.True(low <= 0.5 && 0.5 <= high);

        // Normal theory: 1.96 * 0.5 / sqrt(400) = 0.049.
        Assert.InRange(narrowHigh - 0.5, 0.035, 0.065);
        Assert.InRange(0.5 - narrowLow, 0.035, 0.065);
        Assert.True(narrowHigh - narrowLow < high - low);
    }

    [Fact]
    public void The_interval_leaves_two_and_a_half_of_a_hundred_draws_out_on_each_side()
    {
        // Each draw gives its number: of 0 to 999 in order, the 25 lowest and the 25 highest go.
        int draw = 999;
        Assert.Equal((25, 974), Bootstrap.Interval(1, _ => draw--));

        // Of 40 draws that define anything, one on each side.
        int some = 0;
        Assert.Equal((1, 38), Bootstrap.Interval(1, _ => some < 40 ? some++ : null));
        int one = 0;
        Assert.Equal((7, 7), Bootstrap.Interval(1, _ => one++ == 0 ? 7 : null));
        Assert.Null(Bootstrap.Interval(1, _ => null));
    }

    [Theory]
    [InlineData(99, 1)]
    [InlineData(100, 0)]
    public void Average_precision_looks_at_a_hundred_detections_of_a_picture(int before, double recall)
    {
        AveragePrecision precision = new();
        precision.Add([.. Enumerable.Repeat(Box(10, 0, 12, 2), before), Box(0, 0, 5, 5)], [Box(0, 0, 5, 5)]);

        // The hit comes after so many misses: its precision is read off at all 101 recalls, or at none.
        Assert.Equal(recall / (before + 1), precision.Value()!.Value, 12);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(9, 0)]
    public void Average_precision_counts_a_hit_from_a_half_on(int columns, double expected)
    {
        // Of 20 columns so many are found. COCO's rule, unlike that of panoptic quality, takes exactly a half.
        AveragePrecision precision = new();
        precision.Add([Box(0, 0, columns, 10)], [Box(0, 0, 20, 10)]);
        Assert.Equal(expected, precision.Value()!.Value, 12);
    }

    [Theory]
    [InlineData(10, 0)]
    [InlineData(11, 0.55)]
    public void Panoptic_quality_matches_above_a_half_and_not_at_it(int columns, double quality)
    {
        // Of 20 columns so many are found: an overlap of exactly a half is no match, and both sides count against it.
        PanopticQuality panoptic = new();
        panoptic.Add([(Box(0, 0, columns, 10), "a")], [(Box(0, 0, 20, 10), "a")]);
        Assert.Equal(quality, panoptic.Value()!.Value, 12);
    }
}
