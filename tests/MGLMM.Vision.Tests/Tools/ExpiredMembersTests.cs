using MGLMM.Vision.Results;
using MGLMM.Vision.Tests.Geometry;
using MGLMM.Vision.Tools;

namespace MGLMM.Vision.Tests.Tools;

/// <summary>What a tool says of a set whose members were pushed out: no member goes in silence.</summary>
public sealed class ExpiredMembersTests(OracleTools oracle)
{
    private const string OneGone = "1 region of this set is no longer kept.";

    private static readonly VisionTool Measure = VisionTool.Create((IReadOnlyList<VisionRegion> regions) => regions.Count, "measure", "Measures.");

    [Fact]
    public async Task Every_tool_tells_of_members_that_are_gone()
    {
        (PlainScene scene, string set) = Scene(gone: 1);
        VisionToolset tools = scene.Toolset;
        Assert.Equal(OneGone, (await tools.GetRegionsAsync(set).As<RegionsResult>()).Note);
        Assert.Equal(OneGone, (await tools.SelectRegionsAsync(set).As<RegionsResult>()).Note);
        Assert.Equal(OneGone, (await tools.ExportRegionsAsync(set, "coco_rle").As<ArtifactResult>()).Note);
        Assert.Equal(OneGone, (await tools.RenderImageAsync("img1", set).As<ArtifactResult>()).Note);
        Assert.Equal($"{OneGone} The numbers are those of the handles: 2 is m2.", (await tools.RenderImageAsync("img1", set, "numbered").As<ArtifactResult>()).Note);
        ComparisonResult compared = await tools.CompareRegionsAsync(set).As<ComparisonResult>();
        Assert.Equal((1, OneGone), (compared.Pairs.Count, compared.Note));
        Assert.Equal($$"""{"result":2,"note":"{{OneGone}}"}""", (await tools.CallAsync(Measure, [new("regions", set)])).ToJson());

        // Without a set nothing is said of one.
        Assert.Null((await tools.CompareRegionsAsync("m2, m3").As<ComparisonResult>()).Note);
        Assert.Null((await tools.ExportRegionsAsync("m2", "coco_rle").As<ArtifactResult>()).Note);
        Assert.Equal("""{"result":1}""", (await tools.CallAsync(Measure, [new("regions", "m2")])).ToJson());

        // Combining comes last: it makes a region, which pushes out another.
        Assert.Equal(OneGone, (await tools.CombineRegionsAsync("union", set).As<RegionsResult>()).Note);
    }

    [Fact]
    public async Task Of_a_set_that_is_gone_wholly_no_file_is_made()
    {
        (PlainScene scene, string set) = Scene(gone: 3);
        VisionToolset tools = scene.Toolset;
        ToolError error = await tools.ExportRegionsAsync(set, "coco_rle").Fails(ToolErrorCodes.Expired);
        Assert.Equal("Of the set in 'set' 3 regions are no longer kept, and none is left.", error.Message);
        Assert.Contains("m6 (f)", error.Try);
        await tools.RenderImageAsync("img1", set).Fails(ToolErrorCodes.Expired);
        await tools.CompareRegionsAsync(set).Fails(ToolErrorCodes.Expired);
        await tools.CombineRegionsAsync("union", set).Fails(ToolErrorCodes.Expired);
        await tools.CombineRegionsAsync("subtract", "m6", set).Fails(ToolErrorCodes.Expired);
        await tools.CaptionAsync("img1", set).Fails(ToolErrorCodes.Expired);
        Assert.Empty(scene.Workspace.Artifacts);

        // A set that was empty from the start is an answer, and its file a valid one.
        Assert.Null((await tools.ExportRegionsAsync(scene.AddSet(), "coco_rle").As<ArtifactResult>()).Note);
    }

    [Fact]
    public async Task What_is_left_of_a_set_is_not_taken_for_the_one_that_was_meant()
    {
        (PlainScene scene, string set) = Scene(gone: 2);
        Assert.Equal(
            "Of the set in 'near' 2 regions are no longer kept, and only m3 is left.",
            (await scene.Toolset.SelectRegionsAsync("img1", near: set).Fails(ToolErrorCodes.Expired)).Message);
        Assert.StartsWith("2 regions of this set are no longer kept. A comparison needs", (await scene.Toolset.CompareRegionsAsync(set).Fails(ToolErrorCodes.BadArgument)).Message);
        Assert.Equal(2, (await scene.Toolset.SelectRegionsAsync("img1", near: scene.AddSet(scene.Region("m3"))).As<RegionsResult>()).Count);
    }

    /// <summary>A set of m1, m2 and m3, of which some were pushed out by later regions.</summary>
    private (PlainScene Scene, string Set) Scene(int gone)
    {
        PlainScene scene = new(oracle, limits: new WorkspaceLimits { MaximumRegions = 3 });
        string set = scene.AddSet(scene.AddBox("a", 0, 0, 5, 5), scene.AddBox("b", 10, 0, 15, 5), scene.AddBox("c", 20, 0, 25, 5));
        foreach (string phrase in (string[])[.. ((string[])["d", "e", "f"]).Take(gone)])
        {
            scene.AddBox(phrase, 0, phrase[0] - 'a' + 5, 9, phrase[0] - 'a' + 9);
        }

        return (scene, set);
    }
}
