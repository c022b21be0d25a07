using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests.Geometry;

public sealed class GetRegionsTests(OracleTools oracle)
{
    [Fact]
    public async Task Pages_together_are_the_set_and_each_is_short()
    {
        PlainScene scene = Many(60);
        string set = scene.AddSet([.. scene.Workspace.Regions.Reverse()]);
        List<string> read = new();
        int? next = 0;
        while (next is { } offset)
        {
            RegionsResult page = await scene.Toolset.GetRegionsAsync(set, offset, fields: string.Join(',', AllFields)).As<RegionsResult>();
            Assert.Equal((set, 60), (page.Set, page.Count));
            Assert.InRange(page.Regions.Count, 1, 10);
            Assert.InRange(TokenEstimate.Of(page.ToJson()), 1, VisionToolsetOptions.Default.MaximumResultTokens);
            read.AddRange(page.Regions.Select(region => region.Region));
            next = page.NextOffset;
        }

        Assert.Equal(scene.Workspace.Regions.Reverse().Select(region => region.Handle), read);
        Assert.Equal(45, (await scene.Toolset.GetRegionsAsync(set, 5, 45).As<RegionsResult>()).Regions.Count);
        Assert.Equal(50, (await scene.Toolset.GetRegionsAsync(set, 5, 45).As<RegionsResult>()).NextOffset);
    }

    [Fact]
    public async Task Only_the_fields_that_were_asked_for_are_told()
    {
        PlainScene scene = new(oracle);
        VisionRegion house = scene.AddBox("a house", 0, 0, 20, 15);
        scene.AddBox("a roof", 0, 0, 20, 5, parent: house.Handle);
        Assert.Equal(
            """{"image":"img1","set":"s1","count":1,"regions":[{"region":"m2","area_px":100,"area_fraction":0.0833,"centroid_xy_px":[10,2],"within":"m1","origin":"drawn"}],"untrusted":["phrase"]}""",
            (await scene.Toolset.GetRegionsAsync("m2", fields: "area_px, area_fraction, Centroid-XY-px, within; origin")).ToJson());
        Assert.Equal(
            """{"image":"img1","set":"s1","count":1,"regions":[{"region":"m2","phrase":"a roof","area_px":100,"box_xyxy_px":[0,0,20,5]}],"untrusted":["phrase"]}""",
            (await scene.Toolset.GetRegionsAsync("m2", fields: "null")).ToJson());

        // A picture's handle stands for all of its regions, and an empty set is no mistake.
        Assert.Equal(2, (await scene.Toolset.GetRegionsAsync("img1").As<RegionsResult>()).Count);
        Assert.Equal("""{"image":"img1","set":"s3","count":0,"empty":true,"regions":[],"untrusted":["phrase"]}""", (await scene.Toolset.GetRegionsAsync(scene.AddSet())).ToJson());
    }

    /// <summary>The middle of pixels is told as the pixel that it lies in, not as an edge between two: those of the last column would lie beside the picture.</summary>
    [Fact]
    public async Task The_middle_of_one_pixel_is_that_pixel()
    {
        PlainScene scene = new(oracle);
        (int X, int Y)[] pixels = [(0, 0), (1, 1), (2, 3), (39, 0), (0, 29), (39, 29)];
        foreach ((int x, int y) in pixels)
        {
            scene.AddBox(null, x, y, x + 1, y + 1);
        }

        RegionsResult page = await scene.Toolset.GetRegionsAsync("img1", fields: "centroid_xy_px").As<RegionsResult>();
        Assert.Equal(pixels, page.Regions.Select(region => (region.CentroidXyPx![0], region.CentroidXyPx[1])));
    }

    [Fact]
    public async Task Mistakes_are_told_with_the_way_out()
    {
        PlainScene scene = Many(12);
        VisionToolset tools = scene.Toolset;
        Assert.Contains("phrase, area_px, area_fraction, box_xyxy_px, centroid_xy_px, within, origin", (await tools.GetRegionsAsync("img1", fields: "phrase,color").Fails(ToolErrorCodes.BadArgument)).Try);
        Assert.Contains("0 to 11", (await tools.GetRegionsAsync("img1", 12).Fails(ToolErrorCodes.BadArgument)).Try);
        await tools.GetRegionsAsync("img1", -1).Fails(ToolErrorCodes.BadArgument);
        await tools.GetRegionsAsync("img1", limit: -1).Fails(ToolErrorCodes.BadArgument);
        Assert.Contains("1 to 100", (await tools.GetRegionsAsync("img1", limit: 101).Fails(ToolErrorCodes.BadArgument)).Try);
        await tools.GetRegionsAsync("s9").Fails(ToolErrorCodes.UnknownHandle);
        await tools.GetRegionsAsync("img1", cancellationToken: new CancellationToken(canceled: true)).Fails(ToolErrorCodes.Cancelled);
    }

    [Fact]
    public async Task Regions_that_are_gone_are_counted()
    {
        PlainScene scene = new(oracle, limits: new WorkspaceLimits { MaximumRegions = 3 });
        string set = scene.AddSet(scene.AddBox("a", 0, 0, 1, 1), scene.AddBox("b", 0, 0, 2, 1), scene.AddBox("c", 0, 0, 3, 1));
        scene.AddBox("d", 0, 0, 4, 1);
        RegionsResult page = await scene.Toolset.GetRegionsAsync(set).As<RegionsResult>();
        Assert.Equal((2, "1 region of this set is no longer kept."), (page.Count, page.Note));
    }

    [Fact]
    public async Task The_longest_words_fit_a_short_result()
    {
        PlainScene scene = new(oracle, 100, 100);
        for (int index = 0; index < 40; index++)
        {
            scene.AddBox(string.Concat(Enumerable.Repeat("й", 95)) + index, index, 0, index + 1, 90);
        }

        ToolResult[] results =
        [
            await scene.Toolset.GetRegionsAsync("img1", fields: string.Join(',', AllFields)),
            await scene.Toolset.SelectRegionsAsync("img1", "zebra"),
            await scene.Toolset.SelectRegionsAsync("img1", orderBy: "smallest"),
            await scene.Toolset.CombineRegionsAsync("grow", "img1", pixels: 2),
            await scene.Toolset.CombineRegionsAsync("union", "img1"),
            await scene.Toolset.CombineRegionsAsync("shrink", "img1", pixels: 10),
            await scene.Toolset.CompareRegionsAsync("img1"),
            await scene.Toolset.RenderImageAsync("img1", style: "numbered"),
            await scene.Toolset.ExportRegionsAsync("img1", "yolo_seg"),
        ];
        Assert.All(results, result => Assert.IsNotType<ToolError>(result));
        Assert.All(results, result => Assert.InRange(TokenEstimate.Of(result.ToJson()), 1, 600));
    }

    private static readonly string[] AllFields = ["phrase", "area_px", "area_fraction", "box_xyxy_px", "centroid_xy_px", "within", "origin"];

    private PlainScene Many(int count)
    {
        PlainScene scene = new(oracle, 80, 30);
        for (int index = 0; index < count; index++)
        {
            scene.AddBox($"a thing of the kind number {index}", index, 0, index + 5, 25);
        }

        return scene;
    }
}
