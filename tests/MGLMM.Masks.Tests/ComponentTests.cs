namespace MGLMM.Masks.Tests;

public class ComponentTests
{
    public static TheoryData<Connectivity> Both => [Connectivity.Four, Connectivity.Eight];

    [Theory]
    [MemberData(nameof(Both))]
    public void Components_are_those_of_a_flood_fill_in_order(Connectivity connectivity)
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(1000, seed: 31))
        {
            // Stable: equal areas stay in the order of their first pixels.
            List<Plain> expected = [.. plain.Components(connectivity).OrderByDescending(c => c.Area())];
            Mask mask = plain.ToMask();
            IReadOnlyList<Mask> actual = mask.ConnectedComponents(connectivity);
            Assert.Equal(expected.Count, actual.Count);
            for (int i = 0; i < expected.Count; i++)
            {
                Same.Check(expected[i], actual[i], (seed, i));
            }

            Assert.Equal(expected.Count == 0 ? mask : actual[0], mask.LargestPart(connectivity));
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Holes_are_what_no_path_from_the_edge_reaches(Connectivity connectivity)
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(1000, seed: 32))
        {
            Mask mask = plain.ToMask();
            Plain holes = plain.Holes(connectivity);
            Same.Check(holes, mask.Holes(connectivity), seed);
            Assert.True(mask.Union(mask.Holes(connectivity)).Holes(connectivity).IsEmpty);
        }
    }

    [Fact]
    public void A_corner_connects_under_eight_and_parts_under_four()
    {
        Mask mask = Mask.FromBitmap([true, false, false, true], 2, 2);
        Assert.Single(mask.ConnectedComponents());
        Assert.Equal(2, mask.ConnectedComponents(Connectivity.Four).Count);
    }

    [Fact]
    public void A_diamond_holds_its_middle_only_under_eight()
    {
        Mask diamond = Mask.FromBitmap([false, true, false, true, false, true, false, true, false], 3, 3);
        Assert.Equal(1, diamond.Holes().Area);
        Assert.True(diamond.Holes(Connectivity.Four).IsEmpty);
    }

    [Fact]
    public void A_run_that_wraps_to_the_next_column_is_not_connected_by_that()
    {
        // The last pixel of column 0 and the first of column 1 follow each other in the runs and are far apart in the image.
        Mask mask = Mask.FromCounts([4, 2, 4], 2, 5);
        Assert.Equal(2, mask.ConnectedComponents().Count);
    }

    [Fact]
    public void Unknown_connectivity_is_refused()
    {
        Mask mask = Mask.Full(2, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => mask.ConnectedComponents((Connectivity)6));
        Assert.Throws<ArgumentOutOfRangeException>(() => mask.LargestPart((Connectivity)6));
        Assert.Throws<ArgumentOutOfRangeException>(() => mask.Holes((Connectivity)6));
    }
}
