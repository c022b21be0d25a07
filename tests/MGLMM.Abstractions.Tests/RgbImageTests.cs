using Xunit;

namespace MGLMM.Abstractions.Tests;

public sealed class RgbImageTests
{
    [Fact]
    public void Copies_the_pixels_it_is_given()
    {
        byte[] pixels = [.. Enumerable.Range(0, 2 * 3 * 3).Select(value => (byte)value)];
        RgbImage image = RgbImage.FromPixels(pixels, 2, 3);
        pixels[0] = 99;

        Assert.Equal((2, 3), (image.Width, image.Height));
        Assert.Equal(Enumerable.Range(0, 18).Select(value => (byte)value), image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(2, 2, 11)]
    [InlineData(2, 2, 13)]
    [InlineData(65536, 65536, 0)]
    public void Refuses_a_length_that_does_not_fit_the_size(int width, int height, int length)
        => Assert.Throws<ArgumentException>(() => RgbImage.FromPixels(new byte[length], width, height));

    [Fact]
    public void Refuses_a_size_below_one()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RgbImage.FromPixels([], 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RgbImage.FromPixels([], 1, -1));
    }

    [Fact]
    public void Crops_a_part()
    {
        RgbImage image = RgbImage.FromPixels([.. Enumerable.Range(0, 4 * 3 * 3).Select(value => (byte)value)], 4, 3);
        RgbImage part = image.Crop(1, 1, 2, 2);

        Assert.Equal([15, 16, 17, 18, 19, 20, 27, 28, 29, 30, 31, 32], part.Pixels.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(3, 0, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(-1, 0, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(0, 0, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(1, 0, int.MaxValue, 1));
    }

    [Fact]
    public void The_content_hash_covers_size_and_pixels()
    {
        RgbImage image = RgbImage.FromPixels(new byte[12], 2, 2);

        // printf '\2\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' | sha256sum
        Assert.Equal("3237ac083d958da64290f69bfa45568d84f0c8106caeb59455a5685f7867c7a2", image.ContentHash);
        Assert.Equal(image.ContentHash, RgbImage.FromPixels(new byte[12], 2, 2).ContentHash);
        Assert.NotEqual(image.ContentHash, RgbImage.FromPixels(new byte[12], 4, 1).ContentHash);
        Assert.NotEqual(image.ContentHash, RgbImage.FromPixels([1, .. new byte[11]], 2, 2).ContentHash);
    }
}
