using Xunit;

namespace MGLMM.Imaging.Tests;

public sealed class PillowResizeTests
{
    /// <summary>filter_SOURCE_TARGET, as in <c>resized.npz</c>.</summary>
    public static TheoryData<string> Cases =>
        [.. ImagingData.Resized.Names.Where(name => !name.StartsWith("source", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gives_the_bytes_of_Pillow(string name)
    {
        string[] parts = name.Split('_');
        NpyArray source = ImagingData.Resized[$"source_{parts[1]}"];
        NpyArray expected = ImagingData.Resized[name];
        RgbImage image = RgbImage.FromPixels(source.Bytes, source.Shape[1], source.Shape[0]);
        ResampleFilter filter = parts[0] == "bicubic" ? ResampleFilter.Bicubic : ResampleFilter.Bilinear;

        RgbImage resized = PillowResize.Resize(image, expected.Shape[1], expected.Shape[0], filter);

        Assert.Null(ImagingData.FirstDifference(expected, resized));
    }

    [Theory]
    [InlineData(200, 90)]
    [InlineData(40, 90)]
    [InlineData(61, 90)]
    [InlineData(61, 33)]
    [InlineData(200, 33)]
    public void A_part_equals_the_cropped_whole(int width, int height)
    {
        NpyArray source = ImagingData.Resized["source_61x33"];
        RgbImage image = RgbImage.FromPixels(source.Bytes, 61, 33);
        Random random = new(3);
        foreach (ResampleFilter filter in Enum.GetValues<ResampleFilter>())
        {
            RgbImage whole = PillowResize.Resize(image, width, height, filter);
            for (int round = 0; round < 20; round++)
            {
                int left = random.Next(width);
                int top = random.Next(height);
                int cropWidth = random.Next(1, width - left + 1);
                int cropHeight = random.Next(1, height - top + 1);

                RgbImage part = PillowResize.ResizeAndCrop(image, width, height, filter, left, top, cropWidth, cropHeight);

                Assert.Equal(whole.Crop(left, top, cropWidth, cropHeight).ContentHash, part.ContentHash);
            }
        }
    }

    [Fact]
    public void Refuses_sizes_and_parts_that_make_no_sense()
    {
        RgbImage image = RgbImage.FromPixels(new byte[12], 2, 2);

        Assert.Throws<ArgumentOutOfRangeException>(() => PillowResize.Resize(image, 0, 5, ResampleFilter.Bilinear));
        Assert.Throws<ArgumentOutOfRangeException>(() => PillowResize.ResizeAndCrop(image, 5, 5, ResampleFilter.Bilinear, 3, 0, 3, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => PillowResize.ResizeAndCrop(image, 5, 5, ResampleFilter.Bilinear, 0, -1, 3, 5));
    }
}
