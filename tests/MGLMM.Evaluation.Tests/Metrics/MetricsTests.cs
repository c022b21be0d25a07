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
}
