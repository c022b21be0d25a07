using MGLMM.Evaluation.Metrics;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Tests.Metrics;

/// <summary>A truth is matched once, and by what is called so.</summary>
public sealed class MatchedOnceTests
{
    private static readonly Mask First = Mask.FromRectangle(20, 10, new PixelBox(0, 0, 4, 5));
    private static readonly Mask Second = Mask.FromRectangle(20, 10, new PixelBox(10, 0, 14, 5));

    /// <summary>Hit, miss, hit: precision 1 up to a recall of 0.5 (51 of 101), two thirds beyond.</summary>
    [Fact]
    public void A_truth_that_was_found_is_not_found_again()
    {
        AveragePrecision precision = new();
        precision.Add([First, First, Second], [First, Second]);
        Assert.Equal((51 + (50 * 2.0 / 3)) / 101, precision.Value()!.Value, 12);
    }

    [Fact]
    public void Panoptic_segments_match_once_and_by_their_category()
    {
        Mask nothing = Mask.Empty(20, 10);

        // The right pixels by the wrong name: one missed, one false.
        Assert.Equal(0, Quality([(First, "dog")], [(First, "cat")]));

        // One segment is not the match of two truths: 1 / (1 + 0.5).
        Assert.Equal(2.0 / 3, Quality([(First, "cat")], [(First, "cat"), (First, "cat")]), 12);
        Assert.Equal(1, Quality([(Second, "dog"), (First, "cat")], [(First, "cat"), (Second, "dog")]), 12);

        double Quality((Mask, string)[] answer, (Mask, string)[] truth)
        {
            CocoPanopticQuality quality = new();
            quality.Add(answer, truth, [], nothing);
            (MetricList metrics, MetricList further) = (new MetricList(), new MetricList());
            quality.List(metrics, further);
            return Assert.Single(metrics.Metrics).Value;
        }
    }
}
