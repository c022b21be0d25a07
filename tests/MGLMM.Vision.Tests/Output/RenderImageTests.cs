using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tests.Geometry;
using MGLMM.Vision.Tests.Support;
using SkiaSharp;

namespace MGLMM.Vision.Tests.Output;

public sealed class RenderImageTests(OracleTools oracle)
{
    [Fact]
    public async Task Cutouts_keep_the_regions_and_nothing_else()
    {
        PlainScene scene = new(oracle);
        Func<int, int, bool> inside = PlainScene.Noise(3, 40, 30);
        scene.Add("blobs", inside);
        VisionRegion box = scene.AddBox("a box", 30, 20, 38, 28);
        PngPixels png = await Draw(scene, "cutout");
        Assert.Equal((40, 30), (png.Width, png.Height));
        EachPixel((x, y) =>
        {
            bool shown = inside(x, y) || box.Mask.Contains(x, y);
            Assert.Equal(shown ? ColorOf(scene.Image, x, y) : default, png[x, y]);
        });
    }

    [Fact]
    public async Task Others_are_blurred_and_dimmed_and_the_regions_left_to_the_byte()
    {
        PlainScene scene = new(oracle);
        Func<int, int, bool> inside = PlainScene.Noise(4, 40, 30);
        scene.Add("blobs", inside);
        PngPixels png = await Draw(scene, "Blur-Others", "m1");
        (double steps, double brightness, int count) = (0.0, 0.0, 0);
        EachPixel((x, y) =>
        {
            if (inside(x, y))
            {
                Assert.Equal(ColorOf(scene.Image, x, y), png[x, y]);
            }
            else if (x + 1 < 40 && !inside(x + 1, y))
            {
                steps += Math.Abs(png[x, y].Green - png[x + 1, y].Green);
                brightness += png[x, y].Green;
                count++;
            }
        });

        // Neighbours of noise differ by 85 on average, and its mean is 127.
        Assert.InRange(steps / count, 0, 6);
        Assert.InRange(brightness / count, 55, 95);
    }

    [Fact]
    public async Task A_blurred_surrounding_holds_nothing_of_the_regions_colour()
    {
        PngPixels png = await RedAndBlueAsync(30, "blur_others");
        Assert.Equal(new SKColor(200, 0, 0), png[29, 20]);
        Assert.Equal(png[59, 20], png[30, 20]);
        Assert.InRange(png[30, 20].Blue, 60, 120);
        Assert.Equal(png[30, 20].Green, png[30, 20].Red);
    }

    [Fact]
    public async Task Crops_are_the_box_with_a_margin_pixel_for_pixel()
    {
        PlainScene scene = new(oracle, 100, 80);
        scene.AddBox("a cup", 20, 30, 40, 60);
        scene.AddBox("a lamp", 90, 70, 100, 80);
        ArtifactResult made = await scene.Toolset.RenderImageAsync("img1", "m1", "crop").As<ArtifactResult>();
        Assert.Equal((24, 36, "Shows [18, 27, 42, 63] of the picture (box_xyxy_px)."), (made.WidthPx, made.HeightPx, made.Note));
        PngPixels png = Png(scene, made);
        Assert.Equal((24, 36), (png.Width, png.Height));
        Assert.Equal(ColorOf(scene.Image, 18, 27), png[0, 0]);
        Assert.Equal(ColorOf(scene.Image, 41, 62), png[23, 35]);

        // Both, cut at the picture's edge; a far speck does not stretch the rectangle.
        Assert.Equal("Shows [18, 27, 100, 80] of the picture (box_xyxy_px).", (await scene.Toolset.RenderImageAsync("img1", "m1 m2", "crop").As<ArtifactResult>()).Note);
        scene.Add("a cup with a speck", (x, y) => (x is >= 20 and < 40 && y is >= 30 and < 60) || (x == 99 && y == 0));
        Assert.Equal(24, (await scene.Toolset.RenderImageAsync("img1", "m3", "crop").As<ArtifactResult>()).WidthPx);
    }

    /// <summary>The weights of BT.601: 200 of red is 60 of grey (0.299), of blue 23 (0.114).</summary>
    [Fact]
    public async Task What_is_outside_is_grey_by_its_luma_and_what_is_inside_stays()
    {
        PngPixels png = await RedAndBlueAsync(10, "gray_others");
        Assert.Equal(new SKColor(200, 0, 0), png[9, 20]);
        Assert.Equal(new SKColor(60, 60, 60), png[10, 20]);
        Assert.Equal(new SKColor(23, 23, 23), png[59, 39]);
    }

    [Fact]
    public async Task Lines_have_the_colour_and_the_width_that_was_asked_for()
    {
        PlainScene scene = new(oracle, 600, 400);
        scene.Add("a disc", (x, y) => ((x - 200) * (x - 200)) + ((y - 200) * (y - 200)) < 100 * 100);
        PngPixels thin = Png(scene, await scene.Toolset.RenderImageAsync("img1", "m1", "outline", "blue", 3).As<ArtifactResult>());
        PngPixels thick = Png(scene, await scene.Toolset.RenderImageAsync("img1", "m1", "outline", "#0000FF", 20).As<ArtifactResult>());
        PngPixels box = Png(scene, await scene.Toolset.RenderImageAsync("img1", "m1", "box", "red", 4).As<ArtifactResult>());
        Assert.InRange(Distance(thin[100, 200], new RgbColor(0, 0, 255)), 0, 30);
        Assert.NotEqual(new SKColor(0, 0, 255), thin[108, 200]);
        Assert.Equal(new SKColor(0, 0, 255), thick[108, 200]);

        // The box touches the disc in the middle of its sides, and goes round its corners.
        Assert.InRange(Distance(box[100, 110], new RgbColor(255, 0, 0)), 0, 30);
        Assert.Equal(ColorOf(scene.Image, 150, 130), box[150, 130]);
        Assert.Equal(ColorOf(scene.Image, 110, 290), box[110, 290]);
    }

    [Theory]
    [InlineData("000000")]
    [InlineData("#000000")]
    [InlineData("000")]
    [InlineData("black")]
    public async Task Black_by_its_digits_is_a_colour_and_not_the_number_nought(string color)
    {
        PlainScene scene = new(oracle, 600, 400);
        scene.AddBox("a box", 100, 100, 300, 300);
        PngPixels png = Png(scene, await scene.Toolset.RenderImageAsync("img1", "m1", "outline", color, 20).As<ArtifactResult>());
        Assert.Equal(new SKColor(0, 0, 0), png[100, 200]);
    }

    [Fact]
    public async Task A_colour_and_a_width_that_a_style_does_not_use_are_told()
    {
        PlainScene scene = new(oracle, 100, 80);
        scene.AddBox("a cup", 20, 30, 40, 60);
        foreach (string style in ToolValues.Of(scene.Toolset.Tools.Single(tool => tool.Name == "render_image"), "style"))
        {
            string told = $"'color' is not used by {style}. 'line_px' is not used by {style}.";
            string note = (await scene.Toolset.RenderImageAsync("img1", "m1", style, "red", 3).As<ArtifactResult>()).Note ?? string.Empty;
            Assert.Equal(style is "cutout" or "crop" or "blur_others" or "gray_others", note.Contains(told, StringComparison.Ordinal));
            Assert.DoesNotContain("not used", (await scene.Toolset.RenderImageAsync("img1", "m1", style).As<ArtifactResult>()).Note ?? string.Empty);
        }

        Assert.Equal("'line_px' is not used by crop. Shows [18, 27, 42, 63] of the picture (box_xyxy_px).", (await scene.Toolset.RenderImageAsync("img1", "m1", "crop", linePx: 3).As<ArtifactResult>()).Note);
    }

    /// <summary>Who asks for numbers in an order must learn from the description that there are none, before the picture is drawn.</summary>
    [Fact]
    public async Task Numbers_are_those_of_the_handles_in_whatever_order_the_regions_come()
    {
        PlainScene scene = new(oracle, 600, 400);
        scene.AddBox("the left one", 10, 10, 100, 100);
        scene.AddBox("the right one", 300, 10, 400, 100);
        RegionsResult ordered = await scene.Toolset.SelectRegionsAsync("img1", orderBy: "right_to_left").As<RegionsResult>();
        ArtifactResult made = await scene.Toolset.RenderImageAsync("img1", ordered.Set, "numbered").As<ArtifactResult>();
        Assert.Equal("The numbers are those of the handles: 2 is m2.", made.Note);
        ArtifactResult plain = await scene.Toolset.RenderImageAsync("img1", "m1, m2", "numbered").As<ArtifactResult>();
        Assert.True(scene.Workspace.TryGetArtifact(made.Artifact, out VisionArtifact? first) && scene.Workspace.TryGetArtifact(plain.Artifact, out VisionArtifact? second) && first.Content.Span.SequenceEqual(second.Content.Span));
        Assert.Contains("numbered: each with the number of its handle, 3 on m3, in whatever order they are given", scene.Toolset.Tools.Single(tool => tool.Name == "render_image").Description);
    }

    [Theory]
    [InlineData("plaid", null, "'color' is 'plaid'. Give one of red, blue, green")]
    [InlineData("255", null, "'color' is '255'. Give one of red, blue, green")]
    [InlineData(null, 65, "'line_px' is 65. Give 1 to 64")]
    [InlineData(null, -1, "'line_px' is -1. Give 1 to 64")]
    public async Task A_line_that_cannot_be_is_told_with_what_can(string? color, int? width, string told)
    {
        PlainScene scene = new(oracle);
        scene.AddBox("a cup", 5, 5, 20, 20);
        ToolError error = await scene.Toolset.RenderImageAsync("img1", "m1", "outline", color, width).Fails(ToolErrorCodes.BadArgument);
        Assert.StartsWith(told, $"{error.Message} {error.Try}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overlays_tint_outlines_do_not()
    {
        PlainScene scene = new(oracle, 600, 400);
        scene.AddBox(null, 100, 100, 300, 300);
        PngPixels overlay = await Draw(scene, null);
        PngPixels outline = await Draw(scene, "outline");
        PngPixels numbered = await Draw(scene, "numbered");
        RgbColor color = OverlayPalette.ColorOf(0);
        Assert.Equal(ColorOf(scene.Image, 110, 290), outline[110, 290]);
        Assert.NotEqual(ColorOf(scene.Image, 110, 290), overlay[110, 290]);
        Assert.InRange(Distance(outline[100, 200], color), 0, 60);
        Assert.InRange(Distance(numbered[100, 200], color), 0, 60);
        Assert.Equal(ColorOf(scene.Image, 400, 50), overlay[400, 50]);
        Assert.InRange(Distance(numbered[110, 290], Color(ColorOf(scene.Image, 110, 290))), 1, Distance(overlay[110, 290], Color(ColorOf(scene.Image, 110, 290))));
    }

    [Fact]
    public async Task Numbers_are_big_digits_at_a_point_inside()
    {
        PlainScene scene = new(oracle, 600, 400);
        for (int index = 0; index < 12; index++)
        {
            scene.AddBox($"thing {index}", (index % 4) * 150, index / 4 * 130, ((index % 4) * 150) + 120, (index / 4 * 130) + 120);
        }

        ArtifactResult made = await scene.Toolset.RenderImageAsync("img1", style: "numbered").As<ArtifactResult>();
        Assert.Equal("The numbers are those of the handles: 1 is m1.", made.Note);
        Assert.Equal(12, made.RegionCount);
        PngPixels png = Png(scene, made);
        foreach (VisionRegion region in scene.Workspace.Regions)
        {
            // A disc of the region's colour with a digit in black or white on it, as large as a thumb.
            PixelPosition middle = region.Mask.PointInside()!.Value;
            RgbColor color = OverlayPalette.ColorOf(region.ColorIndex);
            (int disc, int ink) = (0, 0);
            for (int y = middle.Y - 24; y < middle.Y + 24; y++)
            {
                for (int x = middle.X - 24; x < middle.X + 24; x++)
                {
                    disc += Distance(png[x, y], color) < 90 ? 1 : 0;
                    ink += Distance(png[x, y], color.IsLight ? new RgbColor(0, 0, 0) : new RgbColor(255, 255, 255)) < 60 ? 1 : 0;
                }
            }

            Assert.True(disc > 500, $"{region.Handle}: {disc} pixels of its colour");
            Assert.InRange(ink, 60, 900);
        }

        // The digit is the label: 1 has less ink than 8.
        OverlayRenderer renderer = new(new OverlayOptions { Style = OverlayStyle.Numbered, UseBuiltInFont = true });
        (int none, int one, int eight) = (Ink("."), Ink("1"), Ink("8"));
        Assert.True(eight - none > (one - none) * 3 / 2 && one > none, $"{none}, {one} and {eight}");

        int Ink(string label)
        {
            RgbImage drawn = renderer.Render(RgbImage.FromPixels(new byte[600 * 400 * 3], 600, 400), [new OverlayRegion(scene.Region("m6").Mask, label, 0)]);
            ReadOnlySpan<byte> pixels = drawn.Pixels;
            int count = 0;
            for (int at = 0; at < pixels.Length; at += 3)
            {
                count += pixels[at] > 240 && pixels[at + 1] > 240 && pixels[at + 2] > 240 ? 1 : 0;
            }

            return count;
        }
    }

    [Fact]
    public async Task Parts_of_one_object_are_drawn_on_that_object()
    {
        PlainScene scene = new(oracle);
        VisionRegion house = scene.AddBox("a house", 8, 8, 16, 16);
        VisionRegion roof = scene.AddBox("a roof", 8, 8, 16, 11, parent: house.Handle);
        scene.AddBox("a tree", 30, 8, 36, 16);

        // A quarter of 8 pixels around the box [8, 8, 16, 16].
        ArtifactResult part = await scene.Toolset.RenderImageAsync("img1", roof.Handle, "outline").As<ArtifactResult>();
        Assert.Equal("Shows [6, 6, 18, 18] of the picture (box_xyxy_px).", part.Note);
        Assert.Equal(part.WidthPx, part.HeightPx);
        ArtifactResult numbered = await scene.Toolset.RenderImageAsync("img1", roof.Handle, "numbered").As<ArtifactResult>();
        Assert.Equal("The numbers are those of the handles: 2 is m2. Shows [6, 6, 18, 18] of the picture (box_xyxy_px).", numbered.Note);

        // Together with something else, the whole picture is shown.
        ArtifactResult both = await scene.Toolset.RenderImageAsync("img1", $"{roof.Handle}, m3", "outline").As<ArtifactResult>();
        Assert.Null(both.Note);
        Assert.Equal(40 * both.HeightPx!.Value, 30 * both.WidthPx!.Value);
    }

    [Fact]
    public async Task The_file_and_its_record_agree()
    {
        PlainScene scene = new(oracle);
        scene.AddBox("a cup", 5, 5, 20, 20);
        scene.AddBox("a lamp", 25, 5, 30, 20);
        Assert.Equal(
            """{"artifact":"a1","image":"img1","kind":"cutout","file_name":"a1-cutout.png","size_bytes":SIZE,"width_px":40,"height_px":30,"region_count":1}""",
            System.Text.RegularExpressions.Regex.Replace((await scene.Toolset.RenderImageAsync("img1", "m2", "cutout")).ToJson(), "(?<=size_bytes\":)[0-9]+", "SIZE"));
        Assert.True(scene.Workspace.TryGetArtifact("a1", out VisionArtifact? artifact));
        Assert.Equal(("img1", "cutout", "a1-cutout.png", "image/png"), (artifact.Image, artifact.Kind, artifact.FileName, artifact.MediaType));
        Assert.Equal(["m2"], artifact.Regions);
        ArtifactResult overlay = await scene.Toolset.RenderImageAsync("img1").As<ArtifactResult>();
        Assert.Equal(("a2-overlay.png", 2), (overlay.FileName, overlay.RegionCount));

        // Small pictures are enlarged for their labels; the record says the file's size.
        Assert.Equal((320, 240), (overlay.WidthPx, overlay.HeightPx));
        Assert.Equal((320, 240), (Png(scene, overlay).Width, Png(scene, overlay).Height));
    }

    [Fact]
    public async Task Mistakes_are_told_with_the_way_out()
    {
        PlainScene scene = new(oracle);
        VisionToolset tools = scene.Toolset;
        await tools.RenderImageAsync("img1").Fails(ToolErrorCodes.EmptySet);
        scene.AddBox("a cup", 5, 5, 20, 20);
        Assert.Contains("overlay, outline, numbered, cutout, crop, blur_others", (await tools.RenderImageAsync("img1", style: "sepia").Fails(ToolErrorCodes.BadArgument)).Try);
        await tools.RenderImageAsync("img9").Fails(ToolErrorCodes.UnknownHandle);
        await tools.RenderImageAsync("m1").Fails(ToolErrorCodes.UnknownHandle);
        await tools.RenderImageAsync("img1", "m7").Fails(ToolErrorCodes.UnknownHandle);
        await tools.RenderImageAsync("img1", scene.AddSet()).Fails(ToolErrorCodes.EmptySet);
        VisionImage other = scene.AddImage(oracle, 10, 10, 2);
        await tools.RenderImageAsync(other.Handle, "m1").Fails(ToolErrorCodes.RegionOfAnotherImage);
        await tools.RenderImageAsync("img1", cancellationToken: new CancellationToken(canceled: true)).Fails(ToolErrorCodes.Cancelled);
        Assert.Empty(scene.Workspace.Artifacts);

        PlainScene small = new(oracle, limits: new WorkspaceLimits { MaximumArtifactBytes = 500 });
        small.AddBox("a cup", 5, 5, 20, 20);
        Assert.Contains("500 bytes", (await small.Toolset.RenderImageAsync("img1").Fails(ToolErrorCodes.TooLarge)).Message);
        Assert.Empty(small.Workspace.Artifacts);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 300)]
    [InlineData(300, 1)]
    public async Task Every_style_draws_the_smallest_pictures(int width, int height)
    {
        PlainScene scene = new(oracle, width, height);
        scene.Add("all", (_, _) => true);
        foreach (string style in (string[])["overlay", "outline", "numbered", "cutout", "crop", "blur_others", "box", "gray_others"])
        {
            Assert.True((await scene.Toolset.RenderImageAsync("img1", style: style).As<ArtifactResult>()).SizeBytes > 0);
        }
    }

    private static void EachPixel(Action<int, int> check)
    {
        for (int at = 0; at < 40 * 30; at++)
        {
            check(at % 40, at / 40);
        }
    }

    private static async Task<PngPixels> Draw(PlainScene scene, string? style, string? regions = null) =>
        Png(scene, await scene.Toolset.RenderImageAsync("img1", regions, style).As<ArtifactResult>());

    /// <summary>A picture whose left half is red and whose right half blue, drawn in a style with a region over its first columns.</summary>
    private async Task<PngPixels> RedAndBlueAsync(int columns, string style)
    {
        VisionWorkspace workspace = new();
        VisionToolset toolset = oracle.NewToolset(workspace: workspace);
        byte[] pixels = new byte[60 * 40 * 3];
        for (int at = 0; at < pixels.Length; at += 3)
        {
            pixels[at + (at / 3 % 60 < 30 ? 0 : 2)] = 200;
        }

        VisionImage image = workspace.AddImage(RgbImage.FromPixels(pixels, 60, 40), "red and blue");
        workspace.AddRegions(image, [(Mask.FromRectangle(60, 40, new PixelBox(0, 0, columns, 40)), "red")], "drawn", null, "model");
        ArtifactResult made = await toolset.RenderImageAsync("img1", "m1", style).As<ArtifactResult>();
        workspace.TryGetArtifact(made.Artifact, out VisionArtifact? artifact);
        return new PngPixels(artifact!.Content.Span);
    }

    private static PngPixels Png(PlainScene scene, ArtifactResult made)
    {
        Assert.True(scene.Workspace.TryGetArtifact(made.Artifact, out VisionArtifact? artifact));
        Assert.Equal(artifact.Content.Length, made.SizeBytes);
        return new PngPixels(artifact.Content.Span);
    }

    private static SKColor ColorOf(VisionImage image, int x, int y)
    {
        int at = ((y * image.Width) + x) * 3;
        ReadOnlySpan<byte> pixels = image.Pixels.Pixels;
        return new SKColor(pixels[at], pixels[at + 1], pixels[at + 2]);
    }

    private static RgbColor Color(SKColor color) => new(color.Red, color.Green, color.Blue);

    private static int Distance(SKColor color, RgbColor other) =>
        Math.Abs(color.Red - other.Red) + Math.Abs(color.Green - other.Green) + Math.Abs(color.Blue - other.Blue);
}
