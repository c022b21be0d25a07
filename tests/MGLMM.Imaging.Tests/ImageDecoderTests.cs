using Xunit;

namespace MGLMM.Imaging.Tests;

public sealed class ImageDecoderTests
{
    private static readonly ImageLimits Everything = new()
    {
        AllowedFormats = ImageFormats.Png | ImageFormats.Jpeg | ImageFormats.WebP | ImageFormats.Gif | ImageFormats.Bmp,
    };

    public static TheoryData<string> ExactFiles =>
        [.. ImagingData.Decoded.Names.Where(name => !name.StartsWith("cmyk", StringComparison.Ordinal))];

    public static TheoryData<string> CmykFiles =>
        [.. ImagingData.Decoded.Names.Where(name => name.StartsWith("cmyk", StringComparison.Ordinal))];

    [Theory]
    [InlineData("gray_60x44")]
    [InlineData("rgba_60x44")]
    [InlineData("palette_60x44")]
    [InlineData("gray16_40x30")]
    [InlineData("la_40x30")]
    public void Gives_the_pixels_of_the_official_pipeline(string name)
    {
        NpyArray expected = NpzFile.Load(OracleData.Golden("preprocess_cases.npz"))[$"{name}.image_u8"];
        RgbImage image = ImageDecoder.DecodeFile(OracleData.Image($"preprocess/{name}.png"));

        Assert.Null(ImagingData.FirstDifference(expected, image));
    }

    [Theory]
    [MemberData(nameof(ExactFiles))]
    public void Gives_the_pixels_of_cv2_imread(string fileName)
    {
        RgbImage image = ImageDecoder.DecodeFile(ImagingData.PathOf(fileName), Everything);

        Assert.Null(ImagingData.FirstDifference(ImagingData.Decoded[fileName], image));
    }

    [Theory]
    [MemberData(nameof(CmykFiles))]
    public void A_CMYK_JPEG_differs_from_cv2_imread_by_two_at_most(string fileName)
    {
        RgbImage image = ImageDecoder.DecodeFile(ImagingData.PathOf(fileName));
        NpyArray expected = ImagingData.Decoded[fileName];

        Assert.Equal(expected.Shape, [image.Height, image.Width, 3]);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            Assert.InRange(image.Pixels[i] - expected.Bytes[i], -2, 2);
        }
    }

    [Fact]
    public async Task File_stream_and_bytes_give_the_same_picture()
    {
        string path = ImagingData.PathOf("rgb_420.jpg");
        RgbImage fromBytes = ImageDecoder.Decode(File.ReadAllBytes(path));
        using FileStream first = File.OpenRead(path);
        using FileStream second = File.OpenRead(path);

        Assert.Equal(fromBytes.ContentHash, ImageDecoder.DecodeFile(path).ContentHash);
        Assert.Equal(fromBytes.ContentHash, ImageDecoder.Decode(first).ContentHash);
        Assert.Equal(fromBytes.ContentHash, (await ImageDecoder.DecodeAsync(second)).ContentHash);
    }

    [Theory]
    [InlineData("rgb_gamma.png")]
    [InlineData("gray16.png")]
    [InlineData("rgb_420.jpg")]
    [InlineData("rgb_420_progressive.jpg")]
    [InlineData("lossless.webp")]
    [InlineData("lossy.webp")]
    public void A_file_that_ends_early_is_refused_or_complete_all_the_same(string fileName)
    {
        byte[] file = ImagingData.Bytes(fileName);
        for (int length = 0; length < file.Length; length++)
        {
            try
            {
                RgbImage image = ImageDecoder.Decode(file.AsSpan(0, length));
                Assert.True(length > file.Length - 30, $"{length} of {file.Length} bytes were accepted");
                Assert.Null(ImagingData.FirstDifference(ImagingData.Decoded[fileName], image));
            }
            catch (ImageFormatException error)
            {
                Assert.NotEmpty(error.Message);
            }
        }
    }

    [Fact]
    public void An_empty_file_is_refused()
    {
        ImageFormatException error = Assert.Throws<ImageFormatException>(() => ImageDecoder.Decode(ReadOnlySpan<byte>.Empty));
        Assert.Contains("empty", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%PDF-1.7 ......................", "PDF")]
    [InlineData("II*\0............................", "TIFF")]
    [InlineData("....ftypavif....................", "AVIF")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", "not known")]
    public void Another_format_is_refused_by_name(string content, string expected)
    {
        byte[] file = System.Text.Encoding.Latin1.GetBytes(content);
        ImageFormatException error = Assert.Throws<ImageFormatException>(() => ImageDecoder.Decode(file, Everything));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("PNG, JPEG, WebP", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("animated.gif", "GIF")]
    [InlineData("colour.bmp", "BMP")]
    public void GIF_and_BMP_are_refused_unless_allowed(string fileName, string format)
    {
        ImageFormatException error = Assert.Throws<ImageFormatException>(() => ImageDecoder.Decode(ImagingData.Bytes(fileName)));
        Assert.Contains(format, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("animated.gif")]
    [InlineData("animated.webp")]
    public void An_animation_is_refused_unless_its_first_frame_will_do(string fileName)
    {
        byte[] file = ImagingData.Bytes(fileName);

        ImageFormatException error = Assert.Throws<ImageFormatException>(() => ImageDecoder.Decode(file, Everything));
        Assert.Contains("animation of 3 frames", error.Message, StringComparison.Ordinal);

        RgbImage first = ImageDecoder.Decode(file, Everything with { FirstFrameOfAnimations = true });
        Assert.Equal((20, 14), (first.Width, first.Height));
    }

    [Fact]
    public void An_animated_PNG_shows_its_default_picture()
    {
        RgbImage image = ImageDecoder.Decode(ImagingData.Bytes("animated.png"));
        RgbImage firstFrame = ImageDecoder.Decode(
            ImagingData.Bytes("animated.webp"), Everything with { FirstFrameOfAnimations = true }); // lossless, same frames

        Assert.Equal(firstFrame.ContentHash, image.ContentHash);
    }

    [Fact]
    public void A_decompression_bomb_is_refused_by_its_header()
    {
        // 50,000 x 50,000 pixels announced, with the header's checksum put right, and next to nothing behind them.
        byte[] file = ImagingData.Bytes("rgb_gamma.png");
        byte[] size = [0x00, 0x00, 0xC3, 0x50, 0x00, 0x00, 0xC3, 0x50];
        byte[] checksum = [0xC4, 0xCD, 0xAA, 0x9D];
        size.CopyTo(file, 16);
        checksum.CopyTo(file, 29);

        ImageFormatException error = Assert.Throws<ImageFormatException>(() => ImageDecoder.Decode(file));
        Assert.Contains("50000x50000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_on_pixels_and_bytes_hold_to_the_unit()
    {
        byte[] file = ImagingData.Bytes("rgb_444.jpg"); // 37 x 29

        Assert.NotNull(ImageDecoder.Decode(file, new ImageLimits { MaximumPixels = 37 * 29, MaximumBytes = file.Length }));
        Assert.Throws<ImageFormatException>(() => ImageDecoder.Decode(file, new ImageLimits { MaximumPixels = (37 * 29) - 1 }));
        Assert.Throws<ImageFormatException>(() => ImageDecoder.Decode(file, new ImageLimits { MaximumBytes = file.Length - 1 }));
        using EndlessStream endless = new();
        Assert.Throws<ImageFormatException>(() => ImageDecoder.Decode(endless, new ImageLimits { MaximumBytes = 1_000_000 }));
        Assert.InRange(endless.BytesRead, 1_000_000, 1_200_000);
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
                RgbImage image = ImageDecoder.Decode(file, Everything with { MaximumPixels = 1_000_000, FirstFrameOfAnimations = true });
                Assert.Equal(image.Width * image.Height * 3, image.Pixels.Length);
            }
            catch (ImageFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 1400);
    }
}
