using MGLMM.Vision;
using MGLMM.Vision.Results;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MGLMM.Imaging.ImageSharp.Tests;

/// <summary>Against what OpenCV reads of the same files (<c>decoded.npz</c>). No native library lies beside this program.</summary>
public sealed class ImageSharpDecoderTests
{
    private static readonly ImageLimits Everything = new()
    {
        AllowedFormats = ImageFormats.Png | ImageFormats.Jpeg | ImageFormats.WebP | ImageFormats.Gif | ImageFormats.Bmp,
    };

    public static TheoryData<string> ExactFiles => [.. ImagingData.Decoded.Names.Where(IsExact)];

    public static TheoryData<string> NearFiles => [.. ImagingData.Decoded.Names.Where(name => !IsExact(name))];

    [Theory]
    [MemberData(nameof(ExactFiles))]
    public void All_but_JPEG_give_the_pixels_of_cv2_imread(string fileName)
    {
        DecodedImage image = Decode(ImagingData.Bytes(fileName), Everything);
        Assert.Null(ImagingData.FirstDifference(ImagingData.Decoded[fileName], image.Pixels));
        Assert.Equal(Path.GetExtension(fileName)[1..], image.Format);
    }

    /// <summary>
    /// The root of the mean square, of 255: another transform changes little. Where colours are stored at half size, ImageSharp repeats them and OpenCV
    /// interpolates; these pictures are noise, for which that matters most.
    /// </summary>
    [Theory]
    [MemberData(nameof(NearFiles))]
    public void A_JPEG_is_near_to_cv2_imread(string fileName)
    {
        RgbImage image = Decode(ImagingData.Bytes(fileName), Everything).Pixels;
        NpyArray expected = ImagingData.Decoded[fileName];
        Assert.Equal(expected.Shape, [image.Height, image.Width, 3]);
        double squares = 0;
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            squares += Math.Pow(image.Pixels[i] - expected.Bytes[i], 2);
        }

        Assert.InRange(Math.Sqrt(squares / image.Pixels.Length), 0, fileName is "gray.jpg" or "rgb_444.jpg" ? 0.3 : fileName is "cmyk.jpg" or "cmyk_progressive.jpg" ? 1 : 10);
    }

    [Theory]
    [InlineData("rgb_gamma.png")]
    [InlineData("gray16.png")]
    [InlineData("rgb_444.jpg")]
    [InlineData("rgb_420_progressive.jpg")]
    [InlineData("lossless.webp")]
    [InlineData("lossy.webp")]
    public void A_file_that_ends_early_is_refused_or_complete_all_the_same(string fileName)
    {
        byte[] file = ImagingData.Bytes(fileName);
        string whole = Decode(file).Pixels.ContentHash;
        for (int length = 0; length < file.Length; length++)
        {
            try
            {
                Assert.Equal(whole, Decode(file.AsSpan(0, length)).Pixels.ContentHash);
                Assert.True(length > file.Length - 30, $"{length} of {file.Length} bytes were accepted");
            }
            catch (MGLMM.ImageFormatException error)
            {
                Assert.NotEmpty(error.Message);
            }
        }
    }

    [Theory]
    [InlineData("rgb_420.jpg", 6)]
    [InlineData("rgb_420_progressive.jpg", 12)]
    [InlineData("rgb_gamma.png", 6)]
    [InlineData("rgb_interlaced.png", 6)]
    [InlineData("rgb16.png", 11)]
    [InlineData("lossy.webp", 7)]
    [InlineData("lossless.webp", 12)]
    [InlineData("colour.bmp", 10)]
    public void Files_are_counted_by_how_they_are_stored(string fileName, int bytesPerPixel)
    {
        byte[] file = ImagingData.Bytes(fileName);
        RgbImage image = Decode(file, Everything).Pixels;
        Assert.Equal((long)bytesPerPixel * image.Width * image.Height, ImageSharpDecoder.Instance.BytesNeeded(file, Everything));
    }

    [Fact(Timeout = 20_000)]
    public async Task Pictures_share_one_budget_of_memory_and_one_that_needs_more_alone_is_refused()
    {
        byte[] file = ImagingData.Bytes("rgb_gamma.png");
        long needed = ImageSharpDecoder.Instance.BytesNeeded(file, ImageLimits.Default);
        MGLMM.ImageFormatException refused = Assert.Throws<MGLMM.ImageFormatException>(() => new ImageSharpDecoder(new DecodingMemory(needed - 1)).Decode(file, ImageLimits.Default));
        Assert.True(refused.IsTooLarge);

        DecodingMemory memory = new(needed);
        ImageSharpDecoder decoder = new(memory);
        Task<DecodedImage> waiting;
        using CancellationTokenSource stop = new();
        using (memory.Take(1, TestContext.Current.CancellationToken))
        {
            Task<DecodedImage> givesUp = decoder.DecodeAsync(file, ImageLimits.Default, stop.Token);
            waiting = decoder.DecodeAsync(file, ImageLimits.Default, CancellationToken.None);
            Assert.False(givesUp.IsCompleted || waiting.IsCompleted);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givesUp);
            Assert.False(waiting.IsCompleted);
        }

        Assert.Equal(Decode(file).Pixels.ContentHash, (await waiting).Pixels.ContentHash);
        SpinWait.SpinUntil(() => memory.Taken == 0, TimeSpan.FromSeconds(10));
        Assert.Equal(0, memory.Taken);
    }

    /// <summary>A caller is told the same, whichever library reads.</summary>
    [Theory]
    [InlineData("%PDF-1.7 ......................", "This is a PDF file, which is not accepted; save it as PNG, JPEG, WebP, GIF, BMP.")]
    [InlineData("", "The picture file is empty (0 bytes); check how it was written or uploaded.")]
    [InlineData("BM..............................", "The BMP header cannot be read: the file is damaged, incomplete or of a rare kind. Save or send it again.")]
    public void What_is_no_picture_is_refused_in_the_words_of_all_decoders(string content, string expected)
    {
        byte[] file = System.Text.Encoding.Latin1.GetBytes(content);
        Assert.Equal(expected, Assert.Throws<MGLMM.ImageFormatException>(() => Decode(file, Everything)).Message);
    }

    [Fact]
    public void An_animation_is_refused_unless_its_first_frame_will_do_and_a_WebP_always()
    {
        (byte[] gif, byte[] webP) = (ImagingData.Bytes("animated.gif"), ImagingData.Bytes("animated.webp"));
        ImageLimits first = Everything with { FirstFrameOfAnimations = true };
        Assert.All(
            [(gif, Everything), (webP, Everything), (webP, first)],
            ((byte[] File, ImageLimits Limits) animation) => Assert.Contains(
                "animation of 3 frames", Assert.Throws<MGLMM.ImageFormatException>(() => Decode(animation.File, animation.Limits)).Message, StringComparison.Ordinal));
        RgbImage shown = Decode(gif, first).Pixels;
        Assert.Equal((20, 14), (shown.Width, shown.Height));
    }

    [Fact]
    public void Limits_hold_to_the_unit_and_before_pixels_are_read()
    {
        byte[] file = ImagingData.Bytes("rgb_444.jpg"); // 37 x 29
        Assert.NotNull(Decode(file, new ImageLimits { MaximumPixels = 37 * 29, MaximumBytes = file.Length }));
        Assert.True(Assert.Throws<MGLMM.ImageFormatException>(() => Decode(file, new ImageLimits { MaximumPixels = (37 * 29) - 1 })).IsTooLarge);
        Assert.True(Assert.Throws<MGLMM.ImageFormatException>(() => Decode(file, new ImageLimits { MaximumBytes = file.Length - 1 })).IsTooLarge);

        // 50,000 x 50,000 pixels announced, with the header's checksum put right.
        byte[] bomb = ImagingData.Bytes("rgb_gamma.png");
        ((byte[])[0x00, 0x00, 0xC3, 0x50, 0x00, 0x00, 0xC3, 0x50]).CopyTo(bomb, 16);
        ((byte[])[0xC4, 0xCD, 0xAA, 0x9D]).CopyTo(bomb, 29);
        Assert.Contains("50000x50000", Assert.Throws<MGLMM.ImageFormatException>(() => Decode(bomb)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_decoded_or_refused_and_nothing_else()
    {
        Random random = new(11);
        string[] names = [.. ImagingData.Decoded.Names, "animated.gif", "animated.webp", "animated.png"];
        int refused = 0;
        for (int round = 0; round < 1500; round++)
        {
            byte[] file = ImagingData.Bytes(names[random.Next(names.Length)]);
            for (int change = random.Next(1, 8); change > 0; change--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            try
            {
                RgbImage image = Decode(file, Everything with { MaximumPixels = 1_000_000, FirstFrameOfAnimations = true }).Pixels;
                Assert.Equal(image.Width * image.Height * 3, image.Pixels.Length);
            }
            catch (MGLMM.ImageFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 1400);
    }

    [Fact]
    public void Pictures_go_in_and_out_with_the_same_pixels()
    {
        using Image<Rgb24> drawn = new(5, 3, new Rgb24(1, 2, 3));
        drawn[4, 2] = new Rgb24(250, 128, 7);
        RgbImage picture = drawn.ToRgbImage();
        Assert.Equal((5, 3), (picture.Width, picture.Height));
        Assert.Equal([1, 2, 3], picture.Pixels[..3].ToArray());
        Assert.Equal([250, 128, 7], picture.Pixels[^3..].ToArray());
        using Image<Rgb24> again = picture.ToImageSharp();
        Assert.Equal(new Rgb24(250, 128, 7), again[4, 2]);
        Assert.Equal(picture.ContentHash, again.ToRgbImage().ContentHash);
    }

    [Fact]
    public async Task The_tools_open_pictures_with_it_where_there_is_no_native_library()
    {
        Assert.DoesNotContain(Directory.GetFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories), path => Path.GetFileName(path).StartsWith("libSkiaSharp", StringComparison.Ordinal));
        using GardenModel model = new();
        VisionToolset tools = new(model, options: new VisionToolsetOptions { Decoder = ImageSharpDecoder.Instance });
        tools.AddImage("upright.png", ImagingData.Bytes("rgb_exif6.png"));
        OpenedImageResult opened = Assert.IsType<OpenedImageResult>(await tools.OpenImageAsync("upright.png"));
        NpyArray expected = ImagingData.Decoded["rgb_exif6.png"];
        Assert.Equal(expected.Shape, [opened.HeightPx, opened.WidthPx, 3]);
        Assert.IsType<GroundedResult>(await tools.ReferAsync("img1", "the white house"));
        Assert.IsType<ArtifactResult>(await tools.ExportRegionsAsync("m1", "coco_rle"));
    }

    private static bool IsExact(string name) => !name.EndsWith(".jpg", StringComparison.Ordinal);

    private static DecodedImage Decode(ReadOnlySpan<byte> file, ImageLimits? limits = null) => ImageSharpDecoder.Instance.Decode(file, limits ?? ImageLimits.Default);
}
