using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests.Geometry;

public sealed class SelectRegionsTests(OracleTools oracle)
{
    [Theory]
    [InlineData("tree", "m1 m2")]
    [InlineData("The TREES", "m1 m2")]
    [InlineData("tall tree", "m2")]
    [InlineData("tre", "")]
    [InlineData("man", "m4 m5")]
    [InlineData("women", "")]
    [InlineData("shirt", "m5")]
    [InlineData("house, bird", "m3 m6")]
    [InlineData("house or birds | dog", "m3 m6")]
    [InlineData("person", "m7")]
    [InlineData("man in a blue shirt", "m5")]
    public async Task Labels_are_whole_words_in_any_number(string label, string handles)
    {
        PlainScene scene = Park();
        RegionsResult result = await scene.Toolset.SelectRegionsAsync("img1", label).As<RegionsResult>();
        Assert.Equal(handles, string.Join(' ', result.Regions.Select(region => region.Region)));
        Assert.Equal(handles.Length == 0, result.Empty);
    }

    [Fact]
    public async Task What_only_mentions_a_label_is_named_but_not_taken()
    {
        PlainScene scene = Park();
        Assert.Equal(
            "Left out, as they only mention 'tree': m6 (a small bird on a tree).", (await scene.Toolset.SelectRegionsAsync("img1", "tree").As<RegionsResult>()).Note);
        Assert.Equal("None is called 'shirt'; these only mention it.", (await scene.Toolset.SelectRegionsAsync("img1", "shirt").As<RegionsResult>()).Note);
        RegionsResult none = await scene.Toolset.SelectRegionsAsync("img1", "zebra").As<RegionsResult>();
        Assert.True(none.Empty);
        Assert.Equal("None is called 'zebra'. There are: a tree, two tall trees, the house, a man, a man in a blue shirt, a small bird on a tree, a group of people. To look in the picture for what is not listed, use refer.", none.Note);
        Assert.Empty(scene.Workspace.RegionsInSet(none.Set));
    }

    [Theory]
    [InlineData("left_to_right")]
    [InlineData("right_to_left")]
    [InlineData("top_to_bottom")]
    [InlineData("bottom_to_top")]
    [InlineData("largest")]
    [InlineData("smallest")]
    [InlineData("nearest")]
    [InlineData("farthest")]
    public async Task Orders_are_those_of_the_pixels(string order)
    {
        for (int seed = 0; seed < 4; seed++)
        {
            PlainScene scene = new(oracle);
            Random random = new(seed);
            for (int index = 0; index < 12; index++)
            {
                (int x, int y) = (random.Next(34), random.Next(24));
                scene.AddBox($"box {index}", x, y, x + random.Next(1, 7), y + random.Next(1, 7));
            }

            VisionRegion anchor = scene.Region("m4");
            VisionRegion[] regions = scene.Workspace.Regions.Where(region => order is not ("nearest" or "farthest") || region != anchor).ToArray();
            VisionRegion[] expected = order switch
            {
                "left_to_right" => [.. regions.OrderBy(region => PlainBitmap.Points(region).Average(point => point.X))],
                "right_to_left" => [.. regions.OrderByDescending(region => PlainBitmap.Points(region).Average(point => point.X))],
                "top_to_bottom" => [.. regions.OrderBy(region => PlainBitmap.Points(region).Average(point => point.Y))],
                "bottom_to_top" => [.. regions.OrderByDescending(region => PlainBitmap.Points(region).Average(point => point.Y))],
                "largest" => [.. regions.OrderByDescending(region => PlainBitmap.Points(region).Count())],
                "smallest" => [.. regions.OrderBy(region => PlainBitmap.Points(region).Count())],
                "nearest" => [.. regions.OrderBy(region => PlainBitmap.Gap(region, anchor)).ThenBy(region => Middles(region, anchor))],
                _ => [.. regions.OrderByDescending(region => PlainBitmap.Gap(region, anchor)).ThenByDescending(region => Middles(region, anchor))],
            };
            RegionsResult result = await scene.Toolset.SelectRegionsAsync(
                "img1", orderBy: order.Replace('_', ' '), near: order is "nearest" or "farthest" ? "m4" : null).As<RegionsResult>();
            Assert.Equal(expected.Select(region => region.Handle), scene.Workspace.RegionsInSet(result.Set).Select(region => region.Handle));

            RegionsResult third = await scene.Toolset.SelectRegionsAsync("img1", orderBy: order, near: order is "nearest" or "farthest" ? "m4" : null, nth: 3).As<RegionsResult>();
            Assert.Equal(expected[2].Handle, Assert.Single(third.Regions).Region);
        }

        static double Middles(VisionRegion a, VisionRegion b)
        {
            (Masks.MaskPoint p, Masks.MaskPoint q) = (a.Mask.Centroid()!.Value, b.Mask.Centroid()!.Value);
            return Math.Sqrt(((p.X - q.X) * (p.X - q.X)) + ((p.Y - q.Y) * (p.Y - q.Y)));
        }
    }

    [Fact]
    public async Task Filters_and_places_work_together()
    {
        PlainScene scene = Park();
        VisionToolset tools = scene.Toolset;
        Assert.Equal("m2 m1", await Handles(tools.SelectRegionsAsync("img1", "trees", orderBy: "largest")));
        Assert.Equal("m1", await Handles(tools.SelectRegionsAsync("img1", "trees", orderBy: "left to right", top: 1)));
        Assert.Equal("m1 m4", await Handles(tools.SelectRegionsAsync("img1", minAreaPx: 20, maxAreaPx: 30, top: 9)));
        Assert.Equal("m1 m2", await Handles(tools.SelectRegionsAsync("m1, m2", near: "null")));

        // Near alone orders by it, and leaves itself out.
        Assert.StartsWith("m6 m1", await Handles(tools.SelectRegionsAsync("img1", near: "m2")));
        RegionsResult alone = await tools.SelectRegionsAsync("m1", near: "m1").As<RegionsResult>();
        Assert.Equal((true, "There is nothing but m1 itself."), (alone.Empty, alone.Note));

        RegionsResult areas = await tools.SelectRegionsAsync("img1", minAreaPx: 5000).As<RegionsResult>();
        Assert.Equal((true, "None has such an area; they have 4 to 96 px."), (areas.Empty, areas.Note));
        RegionsResult empty = await tools.SelectRegionsAsync(scene.AddSet(), "tree", orderBy: "largest", nth: 1).As<RegionsResult>();
        Assert.Equal((true, "The set was empty already. To look in the picture for what is not listed, use refer."), (empty.Empty, empty.Note));

        RegionsResult chosen = await tools.SelectRegionsAsync("img1", "tree", orderBy: "largest", nth: 1).As<RegionsResult>();
        Assert.True(scene.Workspace.TryGetSet(chosen.Set, out VisionSet? set));
        Assert.Equal("'tree', largest, number 1 of img1", set.Origin);
    }

    [Fact]
    public async Task Mistakes_are_told_with_the_way_out()
    {
        PlainScene scene = Park();
        VisionToolset tools = scene.Toolset;
        Assert.Contains("left_to_right, right_to_left, top_to_bottom", (await tools.SelectRegionsAsync("img1", orderBy: "size").Fails(ToolErrorCodes.BadArgument)).Try);
        Assert.Contains("near", (await tools.SelectRegionsAsync("img1", orderBy: "nearest").Fails(ToolErrorCodes.BadArgument)).Message);
        Assert.Contains("there are 2 regions", (await tools.SelectRegionsAsync("img1", "tree", nth: 3).Fails(ToolErrorCodes.BadArgument)).Message);
        await tools.SelectRegionsAsync("img1", nth: -1).Fails(ToolErrorCodes.BadArgument);
        await tools.SelectRegionsAsync("img1", top: -1).Fails(ToolErrorCodes.BadArgument);
        await tools.SelectRegionsAsync("img1", minAreaPx: -1).Fails(ToolErrorCodes.BadArgument);
        await tools.SelectRegionsAsync("img1", minAreaPx: 5, maxAreaPx: 4).Fails(ToolErrorCodes.BadArgument);
        await tools.SelectRegionsAsync("img1", "the").Fails(ToolErrorCodes.BadArgument);
        await tools.SelectRegionsAsync("img1", new string('x', 201)).Fails(ToolErrorCodes.BadArgument);
        await tools.SelectRegionsAsync("img1", near: "m99").Fails(ToolErrorCodes.UnknownHandle);
        await tools.SelectRegionsAsync("img1", near: "m1, m2").Fails(ToolErrorCodes.BadArgument);
        await tools.SelectRegionsAsync("s99").Fails(ToolErrorCodes.UnknownHandle);
        await tools.SelectRegionsAsync(" ").Fails(ToolErrorCodes.BadArgument);
        VisionImage other = scene.AddImage(oracle, 10, 10, 2);
        VisionRegion far = scene.AddBox("a dog", 0, 0, 5, 5, image: other);
        await tools.SelectRegionsAsync("img1", near: far.Handle).Fails(ToolErrorCodes.RegionOfAnotherImage);
        await tools.SelectRegionsAsync("img1", cancellationToken: new CancellationToken(canceled: true)).Fails(ToolErrorCodes.Cancelled);
    }

    private static async Task<string> Handles(Task<ToolResult> call) =>
        string.Join(' ', (await call.As<RegionsResult>()).Regions.Select(region => region.Region));

    private PlainScene Park()
    {
        PlainScene scene = new(oracle);
        scene.AddBox("a tree", 0, 0, 5, 5);
        scene.AddBox("two tall trees", 8, 0, 16, 7);
        scene.AddBox("the house", 20, 4, 32, 12);
        scene.AddBox("a man", 2, 15, 6, 20);
        scene.AddBox("a man in a blue shirt", 10, 15, 13, 21);
        scene.AddBox("a small bird on a tree", 9, 1, 11, 3);
        scene.AddBox("a group of people", 25, 16, 38, 23);
        return scene;
    }
}
