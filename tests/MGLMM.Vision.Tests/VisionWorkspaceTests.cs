using MGLMM.Masks;
using MGLMM.Vision;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests;

public sealed class VisionWorkspaceTests(OracleTools oracle)
{
    [Theory]
    [InlineData("img1")]
    [InlineData(" IMG1 ")]
    [InlineData("[img1]")]
    [InlineData("\"img1\"")]
    public void Handles_are_found_as_models_write_them(string handle)
    {
        VisionWorkspace workspace = new();
        VisionImage image = AddImage(workspace, 1);
        Assert.True(workspace.TryGetImage(handle, out VisionImage? found));
        Assert.Same(image, found);
    }

    [Theory]
    [InlineData("img1", "picture-img1")]
    [InlineData(" [M7] ", "picture-M7")]
    [InlineData("s2\u200b", "picture-s2")]
    [InlineData("img1.png", "img1.png")]
    public void No_picture_is_called_like_a_handle(string name, string called)
    {
        VisionWorkspace workspace = new();
        AddImage(workspace, 1);
        Assert.Equal(("img2", called), workspace.AddImage(RgbImage.FromPixels(new byte[12], 2, 2), name) is var added ? (added.Handle, added.Name) : default);
    }

    [Fact]
    public void The_picture_used_longest_ago_goes_first_with_its_regions()
    {
        VisionWorkspace workspace = new(new WorkspaceLimits { MaximumImages = 2 });
        VisionImage first = AddImage(workspace, 1);
        VisionImage second = AddImage(workspace, 2);
        AddRegion(workspace, first, 0);
        AddRegion(workspace, second, 0);
        workspace.TryGetImage("img1", out _);
        VisionImage third = AddImage(workspace, 3);
        Assert.Equal(["img1", "img3"], workspace.Images.Select(image => image.Handle));
        Assert.Equal(["m1"], workspace.Regions.Select(region => region.Handle));
        Assert.True(workspace.IsExpired("img2"));
        Assert.True(workspace.IsExpired("m2"));
        Assert.False(workspace.IsExpired("m3"));
        Assert.False(workspace.IsExpired("img1"));

        // A region of a picture that is gone is not kept, and no handle is given twice.
        AddRegion(workspace, second, 1);
        Assert.Equal(["m1"], workspace.Regions.Select(region => region.Handle));
        Assert.Equal("m4", AddRegion(workspace, third, 2).Handle);
    }

    [Fact]
    public void Pixels_are_bounded_but_the_newest_picture_stays()
    {
        VisionWorkspace workspace = new(new WorkspaceLimits { MaximumTotalPixels = 100 });
        AddImage(workspace, 1);
        AddImage(workspace, 2);
        Assert.Equal("img2", Assert.Single(workspace.Images).Handle);
    }

    [Fact]
    public void The_oldest_region_goes_first()
    {
        VisionWorkspace workspace = new(new WorkspaceLimits { MaximumRegions = 3 });
        VisionImage image = AddImage(workspace, 1);
        for (int index = 0; index < 5; index++)
        {
            AddRegion(workspace, image, index);
        }

        Assert.Equal(["m3", "m4", "m5"], workspace.RegionsOf("img1").Select(region => region.Handle));
    }

    [Fact]
    public void Equal_regions_share_a_handle_unless_their_words_or_parents_differ()
    {
        VisionWorkspace workspace = new();
        VisionImage image = AddImage(workspace, 1);
        Mask mask = Mask.FromRectangle(image.Width, image.Height, new PixelBox(0, 0, 2, 2));
        IReadOnlyList<VisionRegion> regions = workspace.AddRegions(image, [(mask, "a"), (mask, "a"), (mask, "b")], "i", null, "model");
        Assert.Equal(["m1", "m1", "m2"], regions.Select(region => region.Handle));
        Assert.Equal("m3", workspace.AddRegions(image, [(mask, "a")], "i", "m1", "model")[0].Handle);
    }

    [Fact]
    public async Task Expired_handles_are_told_from_unknown_ones()
    {
        VisionWorkspace workspace = new(new WorkspaceLimits { MaximumImages = 1 });
        VisionToolset toolset = oracle.NewToolset(workspace: workspace);
        await toolset.OpenImageAsync("landscape");
        await toolset.SegmentAndCaptionAsync("img1");
        await toolset.OpenImageAsync("square");
        Assert.Contains("img2", (await toolset.CaptionAsync("img1").Fails(ToolErrorCodes.Expired)).Try);
        await toolset.ReferAsync("img2", "car", "m1").Fails(ToolErrorCodes.Expired);
        await toolset.CaptionAsync("img9").Fails(ToolErrorCodes.UnknownHandle);
    }

    private VisionImage AddImage(VisionWorkspace workspace, byte shade)
    {
        byte[] pixels = new byte[10 * 8 * 3];
        Array.Fill(pixels, shade);
        return workspace.AddImage(RgbImage.FromPixels(pixels, 10, 8), $"picture {shade}");
    }

    private static VisionRegion AddRegion(VisionWorkspace workspace, VisionImage image, int column) => workspace.AddRegions(
        image, [(Mask.FromRectangle(image.Width, image.Height, new PixelBox(column, 0, column + 1, 1)), "a thing")], "instruction", null, "model")[0];
}
