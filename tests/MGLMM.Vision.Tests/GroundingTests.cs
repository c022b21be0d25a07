using MGLMM.Masks;
using MGLMM.Vision;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests;

/// <summary>The tools over a model whose answers to these instructions are known.</summary>
public sealed class GroundingTests(OracleTools oracle)
{
    [Fact]
    public async Task A_picture_becomes_words_tied_to_handles()
    {
        VisionToolset toolset = oracle.NewToolset();
        OpenedImageResult opened = await toolset.OpenImageAsync("landscape").As<OpenedImageResult>();
        Assert.Equal(("img1", "landscape", 97, 61, "png"), (opened.Image, opened.Name, opened.WidthPx, opened.HeightPx, opened.Format));

        GroundedResult result = await toolset.SegmentAndCaptionAsync("img1", "panoptic").As<GroundedResult>();
        Assert.Equal("The image shows a red barn [m1] beside a small pond [m2] under the grey sky [m3].", result.ModelSaid);
        Assert.Equal(OracleModel.LandscapeCaption, result.Caption);
        Assert.Equal(["m1", "m2", "m3"], result.Regions.Select(region => region.Region));
        Assert.Equal(["a red barn", "a small pond", "the grey sky"], result.Regions.Select(region => region.Phrase));

        // The official code's areas.
        Assert.Equal([0.4658, 0.5141, 0.1888], result.Regions.Select(region => Math.Round(region.AreaPx!.Value / (97.0 * 61.0), 4)));
        Assert.Equal("panoptic", result.Granularity);
        Assert.False(result.Empty);
        Assert.Null(result.LookedAt);
        Assert.False(result.CutOff);
        Assert.NotNull(result.Timings);
        foreach (RegionRecord record in result.Regions)
        {
            Assert.True(toolset.Workspace.TryGetRegion(record.Region, out VisionRegion? region));
            Assert.Equal(record.AreaPx, region.Mask.Area);
            Assert.Equal([region.Mask.Box.Left, region.Mask.Box.Top, region.Mask.Box.Right, region.Mask.Box.Bottom], record.BoxXyxyPx);
            Assert.Equal(("img1", "tiny"), (region.Image, region.Model));
            Assert.Null(region.Parent);
            Assert.StartsWith("Could you please", region.Instruction);
        }
    }

    [Fact]
    public async Task The_same_answer_keeps_its_handles_and_costs_less()
    {
        VisionToolset toolset = oracle.NewToolset();
        await toolset.OpenImageAsync("square");
        GroundedResult first = await toolset.SegmentAndCaptionAsync("img1", "instance").As<GroundedResult>();
        GroundedResult again = await toolset.SegmentAndCaptionAsync("img1", "instance").As<GroundedResult>();
        Assert.Equal(first.Regions.Select(region => region.Region), again.Regions.Select(region => region.Region));
        Assert.Equal(2, toolset.Workspace.Regions.Count);
        Assert.True(again.Timings!.GlobalEncoderSkipped && again.Timings.GroundingEncoderSkipped);
        Assert.Equal("img1", (await toolset.OpenImageAsync("square").As<OpenedImageResult>()).Image);
    }

    [Fact]
    public async Task An_expression_finds_its_region()
    {
        VisionToolset toolset = oracle.NewToolset();
        await toolset.OpenImageAsync("landscape");

        // "the" twice would not be the instruction that the model knows.
        GroundedResult result = await toolset.ReferAsync("img1", "the red barn").As<GroundedResult>();
        Assert.Equal("Sure, it is red barn [m1].", result.ModelSaid);
        Assert.Equal(0.4198, Math.Round(Assert.Single(result.Regions).AreaPx!.Value / (97.0 * 61.0), 4));
    }

    [Fact]
    public async Task A_mask_without_words_takes_the_words_it_was_asked_by()
    {
        VisionToolset toolset = oracle.NewToolset();
        await toolset.OpenImageAsync("portrait");
        GroundedResult result = await toolset.ReferAsync("img1", "old bridge").As<GroundedResult>();
        Assert.Equal("[m1].", result.ModelSaid);
        Assert.Equal("old bridge", Assert.Single(result.Regions).Phrase);
    }

    [Fact]
    public async Task A_follow_up_goes_on_from_the_last_answer_about_the_whole_picture()
    {
        VisionToolset toolset = oracle.NewToolset();
        await toolset.OpenImageAsync("landscape");
        await toolset.ReferAsync("img1", "the red barn").As<GroundedResult>();
        Assert.Contains("red barn", Assert.Single(toolset.Workspace.DialogueOf("img1")).Answer, StringComparison.Ordinal);
        await toolset.CaptionAsync("img1", detail: "brief").As<CaptionResult>();
        Assert.Equal("Can you segment the dog in this image?", Assert.Single(toolset.Workspace.DialogueOf("img1")).Instruction);
        await toolset.AskAsync("img1", "Where is it?", followUp: true).As<GroundedResult>();
        Assert.Equal(["Can you segment the dog in this image?", "Where is it?"], toolset.Workspace.DialogueOf("img1").Select(turn => turn.Instruction));

        // What is said about a region alone is not about the picture.
        await toolset.CaptionAsync("img1", "m1").As<CaptionResult>();
        Assert.Equal(2, toolset.Workspace.DialogueOf("img1").Count);
    }

    [Fact]
    public async Task What_is_not_there_is_said_to_be_not_there()
    {
        VisionToolset toolset = oracle.NewToolset();
        await toolset.OpenImageAsync("landscape");
        GroundedResult result = await toolset.ReferAsync("img1", "dog").As<GroundedResult>();
        Assert.True(result.Empty);
        Assert.Empty(result.Regions);
        Assert.Equal("Sorry, I don't see any dog in this image.", result.ModelSaid);
        Assert.Empty(toolset.Workspace.Regions);
    }

    [Fact]
    public async Task Questions_and_captions_are_answered()
    {
        VisionToolset toolset = oracle.NewToolset();
        await toolset.OpenImageAsync("square");
        GroundedResult asked = await toolset.AskAsync("img1", "Can you segment the brick wall in this image?").As<GroundedResult>();
        Assert.Equal("The segmentation result is brick wall [m1].", asked.ModelSaid);
        GroundedResult reasoned = await toolset.ReasonSegmentAsync("img1", "Can you segment the brick wall in this image?").As<GroundedResult>();
        Assert.Equal("m1", Assert.Single(reasoned.Regions).Region);

        // A question that words alone answer is answered, not empty.
        Assert.False((await toolset.AskAsync("img1", "Can you segment the dog in this image?").As<GroundedResult>()).Empty);
        CaptionResult caption = await toolset.CaptionAsync("img1").As<CaptionResult>();
        Assert.Equal("In the picture there is a blue car parked next to a brick wall.", caption.Caption);
        Assert.Null(caption.Region);
        await toolset.OpenImageAsync("landscape");
        Assert.Equal("Sorry, I don't see any dog in this image.", (await toolset.CaptionAsync("img2", detail: "Brief").As<CaptionResult>()).Caption);
    }

    [Fact]
    public async Task An_answer_that_a_limit_cut_off_says_so()
    {
        VisionToolset toolset = oracle.NewToolset(new VisionToolsetOptions { MaximumNewTokens = 11 });
        await toolset.OpenImageAsync("landscape");
        GroundedResult result = await toolset.SegmentAndCaptionAsync("img1", "panoptic").As<GroundedResult>();
        Assert.True(result.CutOff);
        Assert.Equal("The image shows a red barn [m1]", result.ModelSaid);
    }

    [Fact]
    public async Task Parts_of_an_object_are_asked_by_its_phrase_and_kept_inside_it()
    {
        VisionToolset toolset = oracle.NewToolset(new VisionToolsetOptions { MinimumContainment = 0 });
        await toolset.OpenImageAsync("landscape");
        await toolset.SegmentAndCaptionAsync("img1", "instance");
        GroundedResult result = await toolset.SegmentAndCaptionAsync("img1", "part", within: "m1").As<GroundedResult>();
        Assert.Equal("whole_image", result.LookedAt);
        Assert.Equal("m1", result.Within);
        Assert.Equal("Sure, it is red barn [m4].", result.ModelSaid);
        toolset.Workspace.TryGetRegion("m1", out VisionRegion? parent);
        toolset.Workspace.TryGetRegion("m4", out VisionRegion? part);
        Assert.Equal("Can you segment the red barn in this image?", part!.Instruction);
        Assert.Equal("m1", part.Parent);
        GroundedAnswer answer = await (await oracle.Model.OpenImageAsync(toolset.Workspace.Images[0].Pixels)).AskAsync(part.Instruction);
        Assert.Equal(answer.Segments[0].Mask.Intersect(parent!.Mask), part.Mask);
    }

    [Fact]
    public async Task A_phrase_that_fits_two_objects_is_asked_on_the_crop()
    {
        VisionToolset toolset = oracle.NewToolset(new VisionToolsetOptions { MinimumContainment = 0 });
        VisionImage image = await Open(toolset, "square");
        VisionRegion left = Add(toolset, image, "a blue car", new PixelBox(10, 20, 90, 140));
        Add(toolset, image, "the blue car", new PixelBox(100, 20, 160, 140));
        GroundedResult result = await toolset.SegmentAndCaptionAsync(image.Handle, "part", left.Handle).As<GroundedResult>();
        Assert.Equal("crop", result.LookedAt);
        AssertInside(toolset, result, left);
    }

    [Fact]
    public async Task An_object_found_twice_is_still_one_object()
    {
        VisionToolset toolset = oracle.NewToolset(new VisionToolsetOptions { MinimumContainment = 0, CropBelowFraction = 0 });
        VisionImage image = await Open(toolset, "square");
        VisionRegion car = Add(toolset, image, "a brick wall", new PixelBox(10, 20, 120, 150));
        Add(toolset, image, "the brick wall", new PixelBox(12, 20, 120, 150));
        GroundedResult result = await toolset.SegmentAndCaptionAsync(image.Handle, "part", car.Handle).As<GroundedResult>();
        Assert.Equal("whole_image", result.LookedAt);

        // Nor does a part that is called like its whole make it two.
        toolset.Workspace.AddRegions(
            image, [(Mask.FromRectangle(image.Width, image.Height, new PixelBox(10, 20, 30, 40)), "a brick wall")], "by hand", car.Handle, "by hand");
        GroundedResult again = await toolset.SegmentAndCaptionAsync(image.Handle, "part", car.Handle).As<GroundedResult>();
        Assert.Equal("whole_image", again.LookedAt);
    }

    [Fact]
    public async Task A_small_object_is_asked_on_its_crop_and_masks_come_back_to_the_picture()
    {
        VisionToolsetOptions options = new() { MinimumContainment = 0, CropMargin = 0.1 };
        VisionToolset toolset = oracle.NewToolset(options);
        VisionImage image = await Open(toolset, "square");
        VisionRegion small = Add(toolset, image, "a brick wall", new PixelBox(40, 60, 90, 110));
        GroundedResult result = await toolset.SegmentAndCaptionAsync(image.Handle, "part", small.Handle).As<GroundedResult>();
        AssertInside(toolset, result, small);

        // The same by hand: a tenth around the box, the answer's masks put back and cut to the object.
        IOpenedImage crop = await oracle.Model.OpenImageAsync(image.Pixels.Crop(35, 55, 60, 60));
        GroundedAnswer answer = await crop.AskAsync("Can you segment the brick wall in this image?", new() { MaximumNewTokens = 48 });
        Mask[] expected = answer.Segments.Select(segment => segment.Mask.Place(35, 55, 163, 163).Intersect(small.Mask)).Where(mask => mask.Area >= 4).ToArray();
        if (expected.Length > 0)
        {
            Assert.Equal("crop", result.LookedAt);
            Assert.Equal(expected, result.Regions.Select(record => Region(toolset, record.Region).Mask));
        }
        else
        {
            Assert.Equal("whole_image", result.LookedAt);
        }
    }

    [Fact]
    public async Task What_lies_outside_the_object_is_dropped_and_counted()
    {
        VisionToolset toolset = oracle.NewToolset(new VisionToolsetOptions { CropBelowFraction = 0 });
        VisionImage image = await Open(toolset, "landscape");
        GroundedResult barn = await toolset.ReferAsync(image.Handle, "red barn").As<GroundedResult>();
        Mask outside = Region(toolset, barn.Regions[0].Region).Mask.Complement();
        VisionRegion elsewhere = toolset.Workspace.AddRegions(image, [(outside, "a red barn")], "by hand", null, "by hand")[0];

        // Its phrase fits the barn, whose mask lies wholly outside: nothing may come back from there.
        GroundedResult result = await toolset.SegmentAndCaptionAsync(image.Handle, "part", elsewhere.Handle).As<GroundedResult>();
        Assert.True(result.Empty);
        Assert.Equal(1, result.DroppedOutsideCount);
        Assert.Equal("Sure, it is red barn.", result.ModelSaid);
    }

    [Fact]
    public async Task Whole_scene_granularities_and_expressions_work_inside_a_region()
    {
        VisionToolset toolset = oracle.NewToolset(new VisionToolsetOptions { MinimumContainment = 0 });
        VisionImage image = await Open(toolset, "square");
        VisionRegion region = Add(toolset, image, null, new PixelBox(30, 30, 130, 130));
        foreach (Task<ToolResult>? call in new[]
        {
            toolset.SegmentAndCaptionAsync(image.Handle, "instance", region.Handle),
            toolset.SegmentAndCaptionAsync(image.Handle, "part", region.Handle),
            toolset.ReferAsync(image.Handle, "brick wall", region.Handle),
        })
        {
            AssertInside(toolset, await call.As<GroundedResult>(), region);
        }

        Assert.Equal(region.Handle, (await toolset.CaptionAsync(image.Handle, region.Handle).As<CaptionResult>()).Region);
    }

    [Fact]
    public async Task Pictures_are_drawn_for_the_host()
    {
        VisionToolset toolset = oracle.NewToolset();
        await toolset.OpenImageAsync("landscape");
        await toolset.SegmentAndCaptionAsync("img1", "panoptic");
        byte[] all = toolset.Workspace.RenderPng("img1");
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], all[..4]);
        Assert.NotEqual(all, toolset.Workspace.RenderPng("img1", ["m1"]));
        Assert.NotEmpty(toolset.Workspace.RenderPng("img1", ["m3"], around: "m3"));
        Assert.Throws<KeyNotFoundException>(() => toolset.Workspace.RenderPng("img2"));
        Assert.Throws<KeyNotFoundException>(() => toolset.Workspace.RenderPng("img1", ["m9"]));
    }

    private static async Task<VisionImage> Open(VisionToolset toolset, string name)
    {
        OpenedImageResult opened = await toolset.OpenImageAsync(name).As<OpenedImageResult>();
        Assert.True(toolset.Workspace.TryGetImage(opened.Image, out VisionImage? image));
        return image;
    }

    private static VisionRegion Add(VisionToolset toolset, VisionImage image, string? phrase, PixelBox box) =>
        toolset.Workspace.AddRegions(image, [(Mask.FromRectangle(image.Width, image.Height, box), phrase)], "by hand", null, "by hand")[0];

    private static VisionRegion Region(VisionToolset toolset, string handle)
    {
        Assert.True(toolset.Workspace.TryGetRegion(handle, out VisionRegion? region));
        return region;
    }

    private static void AssertInside(VisionToolset toolset, GroundedResult result, VisionRegion parent)
    {
        Assert.Equal(parent.Handle, result.Within);
        foreach (RegionRecord record in result.Regions)
        {
            VisionRegion region = Region(toolset, record.Region);
            Assert.True(parent.Mask.Contains(region.Mask));
            Assert.Equal(parent.Handle, region.Parent);
        }
    }
}
