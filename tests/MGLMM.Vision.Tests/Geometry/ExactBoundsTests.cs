using MGLMM.Masks;
using MGLMM.Vision.Geometry;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests.Geometry;

/// <summary>What happens exactly at a bound: a piece of 5 %, a region of 95 % inside another, a phrase as long as may be, as many pieces as may be made.</summary>
public sealed class ExactBoundsTests(OracleTools oracle)
{
    [Fact]
    public void A_piece_of_just_five_percent_is_no_speck()
    {
        Mask piece = Mask.FromRectangle(60, 40, new PixelBox(50, 30, 51, 31));
        Mask main = Mask.FromRectangle(60, 40, new PixelBox(2, 3, 21, 4));
        Assert.Equal(new PixelBox(2, 3, 51, 31), PictureView.MainBox(main.Union(piece)));

        // One of 21 pixels is less.
        Assert.Equal(new PixelBox(1, 3, 21, 4), PictureView.MainBox(Mask.FromRectangle(60, 40, new PixelBox(1, 3, 21, 4)).Union(piece)));
    }

    [Fact]
    public void A_view_of_all_that_there_is_is_no_crop()
    {
        PlainScene scene = new(oracle);
        PictureView whole = PictureView.Around(scene.Image, Mask.Full(40, 30), 0.1);
        Assert.Equal((true, false, "whole_image"), (whole.IsWhole, whole.IsCrop, whole.WireName));
        Assert.Same(scene.Image.Pixels, whole.Shown);

        // As wide, or as high, but not both.
        Assert.True(PictureView.Around(scene.Image, Mask.FromRectangle(40, 30, new PixelBox(0, 10, 40, 12)), 0.1).IsCrop);
        Assert.True(PictureView.Around(scene.Image, Mask.FromRectangle(40, 30, new PixelBox(10, 0, 12, 30)), 0.1).IsCrop);
    }

    [Theory]
    [InlineData(3, 3, null)]
    [InlineData(4, 3, "The 1 smallest of 4 pieces (1 px together, at most 1 px each) were left out.")]
    public void As_many_pieces_as_may_be_made_lose_none(int pieces, int most, string? note)
    {
        PlainScene scene = new(oracle);
        VisionRegion region = scene.Add("a comb", (x, y) => x % 2 == 0 && x < 2 * pieces && y < pieces - (x / 2));
        RegionCombination made = RegionCombination.Of("split_parts", [region], [], 0, most, TestContext.Current.CancellationToken);
        Assert.Equal((Math.Min(pieces, most), note), (made.Regions.Count, made.Note));
        Assert.Equal(Enumerable.Range(0, made.Regions.Count).Select(index => (long)(pieces - index)), made.Regions.Select(part => part.Mask.Area));
    }

    [Fact]
    public void Of_a_region_that_has_just_95_of_100_of_another_it_is_said_that_it_contains_it()
    {
        PlainScene scene = new(oracle);
        VisionRegion house = scene.AddBox("a house", 0, 0, 19, 10);
        VisionRegion bar = scene.AddBox("a bar", 0, 4, 20, 5);
        Assert.Equal(["contains"], Of(house, bar).AIs);
        Assert.Equal(["inside"], Of(bar, house).AIs);
        Assert.Equal(0.95, Of(bar, house).AInBFraction);

        // 18 of 19 are less.
        VisionRegion shorter = scene.AddBox("a shorter bar", 1, 4, 20, 5);
        Assert.Equal(["overlapping"], Of(house, shorter).AIs);

        static RegionPair Of(VisionRegion a, VisionRegion b) => RegionRelation.Of(a, PictureView.MainBox(a.Mask), b, PictureView.MainBox(b.Mask));
    }

    /// <summary>Words before a list leave it that much less; it is shortened by what it names, not cut in a word.</summary>
    [Theory]
    [InlineData(92, "all but the ")]
    [InlineData(85, "the overlap of the ")]
    public void A_list_is_shortened_to_what_its_beginning_leaves(int longest, string start)
    {
        PlainScene scene = new(oracle);
        bool isInverse = start.StartsWith("all", StringComparison.Ordinal);

        // "the X and the Y": as long as may be, and one character more.
        foreach ((int length, bool fits) in ((int, bool)[])[(longest, true), (longest + 1, false)])
        {
            (string one, string other) = (new string('x', 40), new string('y', length - 40 - "the ".Length - " and the ".Length));
            VisionRegion[] regions = [scene.AddBox($"a {one}", 0, 0, 20, 20), scene.AddBox($"a {other}", 10, 10, 30, 30)];
            string phrase = (isInverse ? RegionPhrase.Inverse(regions) : RegionPhrase.Intersection(regions))!;
            Assert.Equal(start + one + (fits ? $" and the {other}" : " and 1 more"), phrase);
            Assert.InRange(phrase.Length, 1, 100);
        }
    }

    [Fact]
    public void What_is_taken_from_has_half_of_a_phrase_at_most()
    {
        PlainScene scene = new(oracle);
        VisionRegion taken = scene.AddBox("a tree", 3, 3, 6, 6);
        foreach ((int length, bool fits) in ((int, bool)[])[(45, true), (46, false)])
        {
            (string one, string other) = (new string('x', 20), new string('y', length - 20 - "the ".Length - " and the ".Length));
            VisionRegion[] from = [scene.AddBox($"a {one}", 0, 0, 20, 20), scene.AddBox($"a {other}", 10, 10, 30, 30)];
            Assert.Equal($"the {one}{(fits ? $" and the {other}" : " and 1 more")} without the tree", RegionPhrase.Difference(from, [taken]));
        }
    }

    [Fact]
    public void What_is_taken_away_has_what_is_left_of_a_phrase()
    {
        PlainScene scene = new(oracle);
        VisionRegion[] from = [scene.AddBox("a house", 0, 0, 30, 20)];

        // "the house without " has 18 of 100.
        foreach ((int length, bool fits) in ((int, bool)[])[(82, true), (83, false)])
        {
            (string one, string other) = (new string('x', 40), new string('y', length - 40 - "the ".Length - " and the ".Length));
            VisionRegion[] taken = [scene.AddBox($"a {one}", 0, 0, 2, 2), scene.AddBox($"a {other}", 10, 10, 13, 13)];
            Assert.Equal($"the house without the {one}{(fits ? $" and the {other}" : " and 1 more")}", RegionPhrase.Difference(from, taken));
        }
    }

    [Fact]
    public void What_one_region_has_in_common_is_called_as_it_is()
    {
        PlainScene scene = new(oracle);
        Assert.Equal("a house", RegionPhrase.Intersection([scene.AddBox("a house", 0, 0, 4, 4)]));
    }
}
