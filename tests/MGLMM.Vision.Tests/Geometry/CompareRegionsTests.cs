using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests.Geometry;

public sealed class CompareRegionsTests(OracleTools oracle)
{
    [Fact]
    public async Task Numbers_are_those_of_the_pixels()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            PlainScene scene = new(oracle);
            VisionRegion a = scene.Add("a", PlainScene.Noise(seed, 40, 30));
            VisionRegion b = seed % 2 == 0 ? scene.Add("b", PlainScene.Noise(seed + 50, 40, 30)) : scene.AddBox("b", 35, 25, 39, 29);
            (HashSet<(int X, int Y)> first, HashSet<(int X, int Y)> second) = (PlainBitmap.Points(a).ToHashSet(), PlainBitmap.Points(b).ToHashSet());
            double common = first.Count(second.Contains);
            RegionPair pair = Assert.Single((await scene.Toolset.CompareRegionsAsync("m1, m2").As<ComparisonResult>()).Pairs);
            Assert.Equal(("m1", "m2"), (pair.A, pair.B));
            Assert.Equal(Math.Round(common / (first.Count + second.Count - common), 4), pair.Iou);
            Assert.Equal(Math.Round(common / first.Count, 4), pair.AInBFraction);
            Assert.Equal(Math.Round(common / second.Count, 4), pair.BInAFraction);
            Assert.Equal(Math.Round(PlainBitmap.Gap(a, b), 1), pair.GapPx);
        }
    }

    [Theory]
    [InlineData(0, 0, 5, 5, 10, 0, 15, 5, "left_of")]
    [InlineData(10, 0, 15, 5, 0, 0, 5, 5, "right_of")]
    [InlineData(0, 0, 5, 5, 0, 10, 5, 15, "above")]
    [InlineData(0, 10, 5, 15, 0, 0, 5, 5, "below")]
    [InlineData(0, 0, 5, 5, 20, 20, 25, 25, "left_of above")]
    [InlineData(0, 0, 5, 5, 5, 0, 10, 5, "touching left_of")]
    [InlineData(0, 0, 5, 5, 5, 5, 10, 10, "touching left_of above")]
    [InlineData(0, 0, 10, 5, 8, 0, 18, 5, "overlapping left_of")]
    [InlineData(0, 0, 10, 5, 4, 0, 14, 5, "overlapping")]
    [InlineData(2, 2, 5, 5, 0, 0, 10, 10, "inside")]
    [InlineData(0, 0, 10, 10, 2, 2, 5, 5, "contains")]
    [InlineData(0, 0, 10, 10, 0, 0, 10, 10, "inside contains")]
    [InlineData(0, 0, 3, 30, 5, 10, 8, 14, "left_of")]
    [InlineData(0, 0, 20, 20, 2, 0, 22, 20, "overlapping")]
    [InlineData(0, 0, 10, 5, 5, 0, 25, 5, "overlapping")]
    [InlineData(5, 0, 25, 5, 0, 0, 10, 5, "overlapping")]
    [InlineData(0, 0, 5, 10, 0, 5, 5, 25, "overlapping")]
    [InlineData(0, 5, 5, 25, 0, 0, 5, 10, "overlapping")]
    [InlineData(0, 0, 20, 5, 15, 0, 25, 5, "overlapping")]
    [InlineData(15, 0, 25, 5, 0, 0, 20, 5, "overlapping")]
    [InlineData(0, 0, 5, 20, 0, 15, 5, 25, "overlapping")]
    [InlineData(0, 15, 5, 25, 0, 0, 5, 20, "overlapping")]
    public async Task Relations_are_what_people_would_say(int l1, int t1, int r1, int b1, int l2, int t2, int r2, int b2, string relations)
    {
        PlainScene scene = new(oracle);
        scene.AddBox("a", l1, t1, r1, b1);
        scene.AddBox("b", l2, t2, r2, b2);
        RegionPair pair = Assert.Single((await scene.Toolset.CompareRegionsAsync("m1, m2").As<ComparisonResult>()).Pairs);
        Assert.Equal(relations, string.Join(' ', pair.AIs));
    }

    [Fact]
    public async Task Specks_do_not_blur_directions()
    {
        PlainScene scene = new(oracle);
        scene.AddBox("a house", 0, 0, 12, 20);
        scene.Add("a tree", (x, y) => (x is >= 25 and < 35 && y is >= 2 and < 18) || (x == 1 && y == 25));
        Assert.Equal(["left_of"], Assert.Single((await scene.Toolset.CompareRegionsAsync("m1, m2").As<ComparisonResult>()).Pairs).AIs);
    }

    [Fact]
    public async Task The_first_region_comes_with_all_others_and_what_does_not_fit_is_counted()
    {
        PlainScene scene = new(oracle);
        for (int index = 0; index < 12; index++)
        {
            scene.AddBox($"box {index}", index * 3, index * 2, (index * 3) + 4, (index * 2) + 3);
        }

        ComparisonResult result = await scene.Toolset.CompareRegionsAsync("img1").As<ComparisonResult>();
        Assert.InRange(result.Pairs.Count, 6, 65);
        Assert.Equal(66, result.Pairs.Count + result.OmittedPairCount);
        Assert.All(result.Pairs.Take(11), pair => Assert.Equal("m1", pair.A));
        Assert.InRange(TokenEstimate.Of(result.ToJson()), 1, VisionToolsetOptions.Default.MaximumResultTokens);

        PlainScene roomy = new(oracle, options: new VisionToolsetOptions { MaximumResultTokens = 5000 });
        for (int index = 0; index < 4; index++)
        {
            roomy.AddBox($"box {index}", index * 3, index * 2, (index * 3) + 4, (index * 2) + 3);
        }

        ComparisonResult all = await roomy.Toolset.CompareRegionsAsync("img1").As<ComparisonResult>();
        Assert.Equal(0, all.OmittedPairCount);
        Assert.Equal(["m1 m2", "m1 m3", "m1 m4", "m2 m3", "m2 m4", "m3 m4"], all.Pairs.Select(pair => $"{pair.A} {pair.B}"));
    }

    [Fact]
    public async Task Mistakes_are_told_with_the_way_out()
    {
        PlainScene scene = new(oracle);
        scene.AddBox("a cup", 0, 0, 5, 5);
        scene.AddBox("a lamp", 10, 0, 15, 5);
        Assert.Contains("m2 (a lamp)", (await scene.Toolset.CompareRegionsAsync("m1").Fails(ToolErrorCodes.BadArgument)).Try);
        await scene.Toolset.CompareRegionsAsync("m1, m1").Fails(ToolErrorCodes.BadArgument);
        await scene.Toolset.CompareRegionsAsync("m1, m7").Fails(ToolErrorCodes.UnknownHandle);
        await scene.Toolset.CompareRegionsAsync(scene.AddSet()).Fails(ToolErrorCodes.EmptySet);
        await scene.Toolset.CompareRegionsAsync("m1, m2", new CancellationToken(canceled: true)).Fails(ToolErrorCodes.Cancelled);
    }
}
