using MGLMM.Masks;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tests.Geometry;

namespace MGLMM.Vision.Tests;

/// <summary>Regions that a host brings itself are as any others.</summary>
public sealed class HostRegionTests(OracleTools oracle)
{
    private static readonly Mask Square = Mask.FromRectangle(40, 30, new PixelBox(10, 5, 20, 15));

    [Fact]
    public void Masks_run_lengths_polygons_and_pictures_give_the_same_region()
    {
        PlainScene scene = new(oracle);
        VisionWorkspace workspace = scene.Workspace;
        HostRegion brush = new() { Phrase = "the cup", Origin = "drawn by the user" };
        VisionRegion region = workspace.AddRegion("img1", Square, brush);
        Assert.Equal(("m1", "img1", "the cup", "drawn by the user"), (region.Handle, region.Image, region.Phrase, region.Instruction));
        Assert.True(region.IsFromHost);
        Assert.Equal((null, null), (region.Model, region.Parent));
        Assert.Empty(region.Sources);
        Assert.Same(region, workspace.AddCocoRle("IMG1", CocoRle.Encode(Square), brush));
        Assert.Same(region, workspace.AddMaskPng("img1", MaskPng.Encode(Square, 8), brush));
        Assert.Same(region, workspace.AddPolygons("img1", [new([new(10, 5), new(20, 5), new(20, 15), new(10, 15)], [])], PolygonRule.PixelEdges, brush));
        Assert.Same(region, workspace.AddPolygons("img1", [new([new(10, 5), new(19, 5), new(19, 14), new(10, 14)], [])], PolygonRule.PixelCentres, brush));

        // Other words are another region; none at all, one too.
        Assert.Equal("m2", workspace.AddRegion("img1", Square).Handle);
        Assert.Equal((HostRegion.DefaultOrigin, null), (workspace.Regions[1].Instruction, workspace.Regions[1].Phrase));
        Assert.Equal("m1", workspace.AddRegion("img1", Mask.FromRectangle(40, 30, new PixelBox(12, 7, 14, 9)), new HostRegion { Within = " M1 " }).Parent);
        Assert.Equal(["m1", "m2", "m3"], workspace.RegionsOf("img1").Select(known => known.Handle));
    }

    [Fact]
    public async Task They_compare_combine_render_export_and_tell_their_origin()
    {
        PlainScene scene = new(oracle);
        scene.AddBox("a table", 0, 10, 40, 30);
        scene.Workspace.AddRegion("img1", Square, new HostRegion { Phrase = "the cup", Origin = "detector yolo11n" });
        VisionToolset tools = scene.Toolset;
        ComparisonResult compared = await tools.CompareRegionsAsync("m1, m2").As<ComparisonResult>();
        Assert.Contains("m2", compared.ToJson(), StringComparison.Ordinal);
        RegionsResult union = await tools.CombineRegionsAsync("union", "m1, m2").As<RegionsResult>();
        Assert.Equal(800 + 50, Assert.Single(union.Regions).AreaPx);
        Assert.Equal(2, (await tools.RenderImageAsync("img1", "m1, m2").As<ArtifactResult>()).RegionCount);
        Assert.Equal(3, (await tools.ExportRegionsAsync("img1", "coco_rle").As<ArtifactResult>()).RegionCount);

        // A model's region tells its origin where it is asked for; one of the host always does.
        RegionsResult told = await tools.GetRegionsAsync("img1").As<RegionsResult>();
        Assert.Equal([null, "detector yolo11n", null], told.Regions.Select(region => region.Origin));
        Assert.Contains("\"origin\":\"detector yolo11n\"", told.ToJson(), StringComparison.Ordinal);
        Assert.False(scene.Region("m1").IsFromHost || scene.Region("m3").IsFromHost);
    }

    [Fact]
    public async Task They_are_saved_and_loaded()
    {
        PlainScene scene = new(oracle);
        VisionRegion added = scene.Workspace.AddRegion("img1", Square, new HostRegion { Phrase = "the cup", Origin = "mask file cup.png" });
        string folder = oracle.NewFolder();
        await scene.Workspace.SaveAsync(folder);
        VisionWorkspace loaded = await VisionWorkspace.LoadAsync(folder);
        Assert.True(loaded.TryGetRegion("m1", out VisionRegion? region));
        Assert.True(region.IsFromHost);
        Assert.Equal((added.Mask, "the cup", "mask file cup.png"), (region.Mask, region.Phrase, region.Instruction));

        // And are there without a model.
        VisionToolset tools = new(null, loaded);
        Assert.Equal(1, (await tools.ExportRegionsAsync("m1", "yolo_seg").As<ArtifactResult>()).RegionCount);
        Assert.Equal("m2", loaded.AddRegion("img1", Square.Complement()).Handle);
    }

    [Fact]
    public void What_cannot_be_a_region_is_refused()
    {
        VisionWorkspace workspace = new PlainScene(oracle).Workspace;
        Assert.Contains("40x30", Assert.Throws<ArgumentException>(() => workspace.AddRegion("img1", Mask.Full(30, 40))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => workspace.AddRegion("img1", Mask.Empty(40, 30)));
        Assert.Throws<ArgumentException>(() => workspace.AddPolygons("img1", [new([new(50, 50), new(60, 50), new(60, 60)], [])]));
        Assert.Throws<ArgumentException>(() => workspace.AddPolygons("img1", [new([new(1, 1), new(2, 2)], [])]));
        Assert.Throws<KeyNotFoundException>(() => workspace.AddRegion("img2", Square));
        Assert.Throws<KeyNotFoundException>(() => workspace.AddRegion("img1", Square, new HostRegion { Within = "m9" }));
        Assert.Throws<FormatException>(() => workspace.AddCocoRle("img1", "0?"));
        Assert.Throws<FormatException>(() => workspace.AddMaskPng("img1", "no picture"u8));
        Assert.Throws<ArgumentException>(() => workspace.AddMaskPng("img1", MaskPng.Encode(Mask.Full(4, 4))));
        Assert.Empty(workspace.Regions);
    }

    [Fact]
    public void Words_are_made_plain()
    {
        VisionWorkspace workspace = new PlainScene(oracle).Workspace;
        VisionRegion region = workspace.AddRegion("img1", Square, new HostRegion { Phrase = " a\u202Ecup\n ", Origin = " \t " });
        Assert.Equal(("a cup", HostRegion.DefaultOrigin), (region.Phrase, region.Instruction));
        Assert.Equal(201, workspace.AddRegion("img1", Square, new HostRegion { Origin = new string('x', 500) }).Instruction.Length);
        Assert.Throws<KeyNotFoundException>(() => workspace.Export(ExportFormats.BuiltIn[0], "img1", ["m9"]));
    }
}
