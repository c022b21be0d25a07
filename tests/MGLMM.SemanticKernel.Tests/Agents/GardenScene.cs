using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;

namespace MGLMM.SemanticKernel.Tests.Agents;

/// <summary>What each case starts from: <c>garden.png</c> is img1, its eight things are m1 to m8 in s1, the white house, referred to, is m9 in s2.</summary>
internal static class GardenScene
{
    public const int Side = 160;

    public static async Task<VisionToolset> NewAsync(VisionToolsetOptions? options = null, WorkspaceLimits? limits = null)
    {
        byte[] pixels = new byte[Side * Side * RgbImage.Channels];
        new Random(1).NextBytes(pixels);
        VisionToolset toolset = new(new GardenModel(), new VisionWorkspace(limits), options);
        toolset.Workspace.AddImage(RgbImage.FromPixels(pixels, Side, Side), "garden.png", "png");
        Assert.Equal("s1", (await toolset.SegmentAndCaptionAsync("img1", "instance").As<GroundedResult>()).Set);
        Assert.Equal(8, toolset.Workspace.RegionsInSet("s1").Count);
        Assert.Equal(("m9", "s2"), await toolset.ReferAsync("img1", "the white house").As<GroundedResult>() is var house ? (house.Regions[0].Region, house.Set) : default);
        return toolset;
    }
}
