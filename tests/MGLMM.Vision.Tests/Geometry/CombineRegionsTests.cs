using MGLMM.Masks;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests.Geometry;

public sealed class CombineRegionsTests(OracleTools oracle)
{
    private const int Width = 40;
    private const int Height = 30;

    [Fact]
    public async Task Sets_of_pixels_are_combined_exactly()
    {
        for (int seed = 0; seed < 8; seed++)
        {
            PlainScene scene = new(oracle, Width, Height);
            (Func<int, int, bool> f, Func<int, int, bool> g, Func<int, int, bool> h) = (PlainScene.Noise(seed, Width, Height), PlainScene.Noise(seed + 100, Width, Height), PlainScene.Noise(seed + 200, Width, Height));
            scene.Add("a", f);
            scene.Add("b", g);
            scene.Add("c", h);
            await Is(scene, scene.Toolset.CombineRegionsAsync("union", "m1, m2", "m3"), (x, y) => f(x, y) || g(x, y) || h(x, y));
            await Is(scene, scene.Toolset.CombineRegionsAsync("intersect", "m1 m2"), (x, y) => f(x, y) && g(x, y));
            await Is(scene, scene.Toolset.CombineRegionsAsync("intersect", "m1", "m2 m3"), (x, y) => f(x, y) && g(x, y) && h(x, y));
            await Is(scene, scene.Toolset.CombineRegionsAsync("subtract", "m1, m2", "m3"), (x, y) => (f(x, y) || g(x, y)) && !h(x, y));
            await Is(scene, scene.Toolset.CombineRegionsAsync("invert", "m1, m3"), (x, y) => !f(x, y) && !h(x, y));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1.5)]
    [InlineData(3.2)]
    [InlineData(100)]
    public async Task Growing_and_shrinking_reach_as_far_as_they_say(double pixels)
    {
        PlainScene scene = new(oracle, Width, Height);
        for (int seed = 1; seed <= 3; seed++)
        {
            VisionRegion source = scene.Add($"thing {seed}", PlainScene.Noise(seed, Width, Height));
            HashSet<(int X, int Y)> inside = PlainBitmap.Points(source).ToHashSet();
            (int X, int Y)[] outside = Enumerable.Range(0, Width * Height).Select(at => (X: at % Width, Y: at / Width)).Where(point => !inside.Contains(point)).ToArray();
            await Is(scene, scene.Toolset.CombineRegionsAsync("grow", source.Handle, pixels: pixels), (x, y) => inside.Any(point => Near(point, x, y)));
            await Is(
                scene, scene.Toolset.CombineRegionsAsync("shrink", source.Handle, pixels: pixels),
                (x, y) => inside.Contains((x, y)) && !outside.Any(point => Near(point, x, y)));
        }

        bool Near((int X, int Y) point, int x, int y) => ((point.X - x) * (point.X - x)) + ((point.Y - y) * (point.Y - y)) <= pixels * pixels;
    }

    [Fact]
    public async Task Pieces_are_connected_and_come_largest_first()
    {
        PlainScene scene = new(oracle, Width, Height);
        for (int seed = 1; seed <= 5; seed++)
        {
            VisionRegion source = scene.Add($"thing {seed}", PlainScene.Noise(seed, Width, Height));
            List<HashSet<(int X, int Y)>> pieces = PlainBitmap.Pieces(source);
            RegionsResult result = await scene.Toolset.CombineRegionsAsync("split_parts", source.Handle).As<RegionsResult>();
            IReadOnlyList<VisionRegion> found = scene.Workspace.RegionsInSet(result.Set);
            Assert.Equal(pieces.Count, result.Count);
            Assert.Equal(pieces.Select(piece => (long)piece.Count), found.Select(region => region.Mask.Area));
            Assert.All(found, region => Assert.Contains(pieces, piece => piece.SetEquals(PlainBitmap.Points(region))));
            Assert.Equal($"thing {seed} (piece 1 of {pieces.Count})", found[0].Phrase);

            RegionsResult largest = await scene.Toolset.CombineRegionsAsync("largest_part", source.Handle).As<RegionsResult>();
            Assert.Equal(pieces[0].Count, Assert.Single(largest.Regions).AreaPx);
        }
    }

    [Fact]
    public async Task New_regions_remember_where_they_came_from()
    {
        PlainScene scene = new(oracle);
        VisionRegion house = scene.AddBox("a house", 0, 0, 20, 20);
        VisionRegion roof = scene.AddBox("a red roof", 0, 0, 20, 5, parent: house.Handle);
        VisionRegion door = scene.AddBox("a door", 5, 12, 9, 20, parent: house.Handle);
        VisionRegion tree = scene.AddBox("a tree", 18, 5, 30, 20);
        scene.AddBox("a tree", 32, 5, 38, 20);
        scene.AddBox(null, 30, 22, 33, 25);

        await Names("union", "m1, m4", null, "a house and a tree", "union of m1, m4", null);
        await Names("union", "m1, m4, m5", null, "a house and 2 trees", "union of m1, m4, m5", null);
        await Names("union", "m4, m5, m1", null, "2 trees and a house", "union of m4, m5, m1", null);
        await Names("union", "m2, m3", null, "a red roof and a door", "union of m2, m3", "m1");
        await Names("union", "m6, m1", null, "an object and a house", "union of m6, m1", null);
        await Names("intersect", "m1, m4", null, "the overlap of the house and the tree", "intersection of m1, m4", null);
        await Names("subtract", "m1", "m2", "the house without its red roof", "m1 minus m2", null);
        await Names("subtract", "m1", "m4", "the house without the tree", "m1 minus m4", null);
        await Names("invert", "m1, m4, m5", null, "all but the house and the 2 trees", "all but m1, m4, m5", null);
        await Names("grow", "m3", null, "a door (grown by 2.5 px)", "m3 grown by 2.5 px", "m1");
        await Names("invert", "m6", null, null, "all but m6", null);
        await Names("invert", "m3", null, "all but the door", "all but m3", null);
        Assert.Equal(["m1", "m4"], scene.Workspace.Regions.First(region => region.Instruction == "union of m1, m4").Sources);

        // Nothing new where nothing changed.
        Assert.Equal("m3", (await scene.Toolset.CombineRegionsAsync("largest_part", "m3").As<RegionsResult>()).Regions[0].Region);
        Assert.Equal("Each was in one piece already.", (await scene.Toolset.CombineRegionsAsync("split_parts", "m3, m2").As<RegionsResult>()).Note);
        RegionsResult twice = await scene.Toolset.CombineRegionsAsync("union", "m1, m4").As<RegionsResult>();
        Assert.Equal((twice.Set, twice.Regions[0].Region), Same(await scene.Toolset.CombineRegionsAsync("Union", "m1, m4").As<RegionsResult>()));

        async Task Names(string operation, string regions, string? others, string? phrase, string origin, string? parent)
        {
            RegionsResult result = await scene.Toolset.CombineRegionsAsync(operation, regions, others, 2.5).As<RegionsResult>();
            VisionRegion region = scene.Region(Assert.Single(result.Regions).Region);
            Assert.Equal((phrase, origin, parent, null), (region.Phrase, region.Instruction, region.Parent, region.Model));
            Assert.True(scene.Workspace.TryGetSet(result.Set, out VisionSet? set));
            Assert.Equal(origin, set.Origin);
            Assert.NotEmpty(region.Sources);
        }

        static (string, string) Same(RegionsResult result) => (result.Set, result.Regions[0].Region);
    }

    [Fact]
    public async Task Phrases_stay_short()
    {
        PlainScene scene = new(oracle);
        for (int index = 0; index < 12; index++)
        {
            scene.AddBox($"a thing with the long name of number {index}", index, 0, index + 1, 5);
        }

        VisionRegion union = scene.Region((await scene.Toolset.CombineRegionsAsync("union", "img1").As<RegionsResult>()).Regions[0].Region);
        Assert.Equal("a thing with the long name of number 0, a thing with the long name of number 1 and 10 more", union.Phrase);
        Assert.Equal("union of m1, m2, m3, m4, m5, m6, m7, m8 and 4 more", union.Instruction);
        VisionRegion long1 = scene.AddBox(new string('x', 300), 0, 0, 3, 3);
        foreach (string operation in (string[])["union", "invert", "grow", "subtract", "intersect"])
        {
            RegionsResult made = await scene.Toolset.CombineRegionsAsync(operation, long1.Handle, operation is "subtract" or "intersect" ? "m3" : null, 1).As<RegionsResult>();
            Assert.InRange(scene.Region(made.Regions[0].Region).Phrase!.Length, 1, operation is "union" ? 300 : 101);
        }
    }

    [Fact]
    public async Task Nothing_left_is_an_answer_that_says_why()
    {
        PlainScene scene = new(oracle);
        scene.AddBox("a cup", 0, 0, 5, 5);
        scene.AddBox("a table", 0, 0, 20, 20);
        scene.AddBox("a lamp", 30, 0, 35, 5);
        scene.Add("everything", (_, _) => true);
        await Empty(scene.Toolset.CombineRegionsAsync("intersect", "m1, m3"), "m1 and m3 do not overlap.");
        await Empty(scene.Toolset.CombineRegionsAsync("intersect", "m1, m2, m3"), "No pixel belongs to all of m1, m2, m3.");
        await Empty(scene.Toolset.CombineRegionsAsync("subtract", "m1", "m2"), "Nothing is left: m2 covers all of m1.");
        await Empty(scene.Toolset.CombineRegionsAsync("invert", "m4"), "Nothing is left: m4 covers the whole picture.");
        await Empty(scene.Toolset.CombineRegionsAsync("shrink", "m1, m3", pixels: 6), "Nothing is left of m1, m3 shrunk by 6 px.");

        RegionsResult some = await scene.Toolset.CombineRegionsAsync("shrink", "m3, m2", pixels: 6).As<RegionsResult>();
        Assert.Equal(1, some.Count);
        Assert.Equal("Nothing is left of m3 shrunk by 6 px.", some.Note);
        Assert.Equal("Less than 1 px changes nothing.", (await scene.Toolset.CombineRegionsAsync("grow", "m3", pixels: 0.5).As<RegionsResult>()).Note);

        async Task Empty(Task<ToolResult> call, string note)
        {
            RegionsResult result = await call.As<RegionsResult>();
            Assert.Equal((true, 0, note), (result.Empty, result.Count, result.Note));
            Assert.Empty(result.Regions);
            Assert.True(scene.Workspace.TryGetSet(result.Set, out VisionSet? set));
            Assert.Empty(set.Regions);
        }
    }

    [Fact]
    public async Task Specks_are_kept_up_to_a_number_and_what_is_left_out_is_said()
    {
        PlainScene scene = new(oracle, 64, 64);
        scene.Add("rain", (x, y) => x % 2 == 0 && y % 3 == 0 && (x < 60 || y % 2 == 0));
        scene.Add("a cloud", (x, y) => y is 0 or 1);
        int pieces = PlainBitmap.Pieces(scene.Region("m1")).Count;
        Assert.True(pieces > 300);
        RegionsResult result = await scene.Toolset.CombineRegionsAsync("split parts", "m1, m2").As<RegionsResult>();
        Assert.Equal(200, result.Count);
        Assert.Equal($"The {pieces - 199} smallest of {pieces + 1} pieces ({pieces - 199} px together, at most 1 px each) were left out.", result.Note);
        Assert.Contains(scene.Workspace.RegionsInSet(result.Set), region => region.Mask.Area == 128);
        Assert.Equal(result.Regions.Count, result.NextOffset);

        // And no call makes more new regions than that.
        string set = scene.AddSet([.. scene.Workspace.Regions]);
        ToolError error = await scene.Toolset.CombineRegionsAsync("grow", set, pixels: 1).Fails(ToolErrorCodes.TooLarge);
        Assert.Contains("select_regions", error.Try);
        await scene.Toolset.CombineRegionsAsync("union", set).As<RegionsResult>();
    }

    [Theory]
    [InlineData("Largest-Part")]
    [InlineData(" largest part ")]
    [InlineData("\"LARGEST_PART\"")]
    public async Task Operations_are_understood_as_models_write_them(string operation)
    {
        PlainScene scene = new(oracle);
        scene.AddBox("a cup", 0, 0, 5, 5);
        await scene.Toolset.CombineRegionsAsync(operation, "[m1]", "null").As<RegionsResult>();
    }

    [Fact]
    public async Task Mistakes_are_told_with_the_way_out()
    {
        PlainScene scene = new(oracle);
        scene.AddBox("a cup", 0, 0, 5, 5);
        scene.AddBox("a lamp", 3, 0, 9, 5);
        VisionImage other = scene.AddImage(oracle, 10, 10, 2);
        scene.AddBox("a dog", 0, 0, 5, 5, image: other);
        string empty = scene.AddSet();
        VisionToolset tools = scene.Toolset;

        ToolError unknown = await tools.CombineRegionsAsync("melt", "m1").Fails(ToolErrorCodes.BadArgument);
        Assert.Contains("melt", unknown.Message);
        Assert.Contains("union, intersect, subtract, invert, grow, shrink, largest_part, split_parts", unknown.Try);
        await tools.CombineRegionsAsync(null!, "m1").Fails(ToolErrorCodes.BadArgument);
        Assert.Contains("others", (await tools.CombineRegionsAsync("subtract", "m1").Fails(ToolErrorCodes.BadArgument)).Try);
        Assert.Contains("'regions'", (await tools.CombineRegionsAsync("invert", "m1", "m2").Fails(ToolErrorCodes.BadArgument)).Try);
        foreach (double? pixels in (double?[])[null, 0, -1, 1000.5, double.NaN, double.PositiveInfinity])
        {
            Assert.Contains("at most 1000", (await tools.CombineRegionsAsync("grow", "m1", pixels: pixels).Fails(ToolErrorCodes.BadArgument)).Try);
        }

        await tools.CombineRegionsAsync("union", "").Fails(ToolErrorCodes.BadArgument);
        await tools.CombineRegionsAsync("union", null!).Fails(ToolErrorCodes.BadArgument);
        await tools.CombineRegionsAsync("union", "m9").Fails(ToolErrorCodes.UnknownHandle);
        await tools.CombineRegionsAsync("union", "m1, m3").Fails(ToolErrorCodes.RegionOfAnotherImage);
        await tools.CombineRegionsAsync("subtract", "m1", "m3").Fails(ToolErrorCodes.RegionOfAnotherImage);
        await tools.CombineRegionsAsync("union", empty).Fails(ToolErrorCodes.EmptySet);
        await tools.CombineRegionsAsync("subtract", "m1", empty).Fails(ToolErrorCodes.EmptySet);

        int before = scene.Workspace.Regions.Count;
        await tools.CombineRegionsAsync("union", "m1, m2", cancellationToken: new CancellationToken(canceled: true)).Fails(ToolErrorCodes.Cancelled);
        Assert.Equal(before, scene.Workspace.Regions.Count);
    }

    private static async Task Is(PlainScene scene, Task<ToolResult> call, Func<int, int, bool> expected)
    {
        RegionsResult result = await call.As<RegionsResult>();
        Mask mask = PlainScene.Draw(scene.Image.Width, scene.Image.Height, expected);
        Assert.Equal(mask.IsEmpty, result.Empty);
        Mask found = scene.Workspace.RegionsInSet(result.Set).Select(region => region.Mask).SingleOrDefault() ?? Mask.Empty(mask.Width, mask.Height);
        Assert.Equal(mask, found);
    }
}
