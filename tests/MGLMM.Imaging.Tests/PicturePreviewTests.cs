using MGLMM.Masks;

namespace MGLMM.Imaging.Tests;

/// <summary>Pictures within the limits of who shows them.</summary>
public sealed class PicturePreviewTests
{
    private const string Png = "image/png";

    [Fact]
    public void What_fits_is_itself_and_what_is_too_wide_a_smaller_png()
    {
        byte[] file = PngWriter.Encode(RgbImage.FromPixels(new byte[300 * 200 * 3], 300, 200));
        Assert.Equal(file, PicturePreview.Fit(file, Png, 300, file.Length)!.Value.Content.ToArray());
        (ReadOnlyMemory<byte> small, string type) = PicturePreview.Fit(file, Png, 150)!.Value;
        Assert.Equal((Png, 150, 100), (type, ImageDecoder.Decode(small.Span).Width, ImageDecoder.Decode(small.Span).Height));
    }

    [Theory]
    [InlineData(60_000, 200)]
    [InlineData(10_000, 64)]
    public void A_picture_whose_png_has_too_many_bytes_becomes_a_jpeg_as_large_as_fits(int maximumBytes, int atLeastPx)
    {
        byte[] file = PngWriter.Encode(Noise(400, 300));
        Assert.True(file.Length > 300_000);
        (ReadOnlyMemory<byte> content, string type) = PicturePreview.Fit(file, Png, 400, maximumBytes)!.Value;
        Assert.Equal("image/jpeg", type);
        Assert.InRange(content.Length, maximumBytes / 3, maximumBytes);
        RgbImage shown = ImageDecoder.Decode(content.Span);
        Assert.InRange(shown.Width, atLeastPx, 400);
        Assert.InRange(shown.Height, (shown.Width * 3 / 4) - 1, (shown.Width * 3 / 4) + 1);
    }

    [Fact]
    public void What_is_transparent_stays_so_and_shrinks()
    {
        byte[] file = PngWriter.Encode(Noise(400, 300), Mask.FromRectangle(400, 300, new PixelBox(0, 0, 400, 150)));
        (ReadOnlyMemory<byte> content, string type) = PicturePreview.Fit(file, Png, 400, 50_000)!.Value;
        Assert.Equal(Png, type);
        Assert.InRange(content.Length, 15_000, 50_000);
    }

    [Fact]
    public void What_is_no_picture_or_would_be_too_small_to_see_is_not_shown()
    {
        Assert.Null(PicturePreview.Fit("no picture"u8.ToArray(), Png, 400));
        Assert.Null(PicturePreview.Fit(PngWriter.Encode(Noise(400, 300)), Png, 400, 200));
    }

    /// <summary>What no encoder makes small, as photographs nearly are.</summary>
    private static RgbImage Noise(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(1).NextBytes(pixels);
        return RgbImage.FromPixels(pixels, width, height);
    }
}
