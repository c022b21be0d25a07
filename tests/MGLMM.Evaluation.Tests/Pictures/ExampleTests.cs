using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Pictures;
using MGLMM.Evaluation.Predictions;
using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Tests.Pictures;

public sealed class ExampleTests
{
    [Fact]
    public void The_best_the_median_and_the_worst_are_chosen() =>
        Assert.Equal([(ExampleRank.Best, 3), (ExampleRank.Median, 0), (ExampleRank.Worst, 2)], ExampleChoice.Of([0.5, 0.6, 0.1, 0.9, 0.2]));

    [Fact]
    public void Of_equals_the_middle_one_is_chosen_and_no_sample_twice()
    {
        Assert.Equal([(ExampleRank.Best, 2), (ExampleRank.Median, 3), (ExampleRank.Worst, 4)], ExampleChoice.Of([1, 0, 1, 1, 0]));
        Assert.Equal([(ExampleRank.Best, 1), (ExampleRank.Worst, 0)], ExampleChoice.Of([0.2, 0.4]));
        Assert.Equal([(ExampleRank.Best, 0)], ExampleChoice.Of([1]));
    }

    [Fact]
    public void Truth_is_on_the_left_and_the_answer_on_the_right()
    {
        // A grey picture; the truth is its left half, the answer its right half.
        byte[] grey = new byte[240 * 120 * 3];
        grey.AsSpan().Fill(128);
        Mask left = Mask.FromRectangle(240, 120, new PixelBox(0, 0, 120, 120));
        Mask right = Mask.FromRectangle(240, 120, new PixelBox(120, 0, 240, 120));
        RgbImage drawn = ImageDecoder.Decode(ExamplePicture.Draw(Sample(left), RgbImage.FromPixels(grey, 240, 120), [new PredictedMask(right, "a dog")]));

        Assert.Equal((480 + 12 + 480, 240), (drawn.Width, drawn.Height));
        Assert.True(IsGrey(drawn, 360, 60) && !IsGrey(drawn, 60, 30));
        Assert.True(IsGrey(drawn, 492 + 120, 60) && !IsGrey(drawn, 492 + 440, 30));
        Assert.Equal((255, 255, 255), Pixel(drawn, 486, 120));

        // No pair: the answer does not take the truth's colour.
        Assert.NotEqual(Pixel(drawn, 60, 30), Pixel(drawn, 492 + 440, 30));
    }

    [Fact]
    public void Without_masks_there_is_one_picture_and_a_region_is_framed()
    {
        byte[] grey = new byte[480 * 240 * 3];
        grey.AsSpan().Fill(128);
        SegCapSample sample = Sample() with { Width = 480, Height = 240, Region = [100, 50, 200, 100] };
        RgbImage drawn = ImageDecoder.Decode(ExamplePicture.Draw(sample, RgbImage.FromPixels(grey, 480, 240), []));
        Assert.Equal((480, 240), (drawn.Width, drawn.Height));
        Assert.True(IsGrey(drawn, 200, 100) && IsGrey(drawn, 20, 20));
        Assert.False(IsGrey(drawn, 200, 50));
    }

    private static SegCapSample Sample(params Mask[] masks) => new()
    {
        Id = "1",
        Image = "a.png",
        Width = 240,
        Height = 120,
        Task = "refer_one",
        Instruction = "?",
        Answer = "!",
        Masks = [.. masks.Select(mask => new RunLengths([mask.Height, mask.Width], CocoRle.Encode(mask)))],
        Labels = [.. masks.Select(_ => "dog")],
    };

    private static (int Red, int Green, int Blue) Pixel(RgbImage image, int x, int y)
    {
        ReadOnlySpan<byte> pixel = image.Pixels.Slice(((y * image.Width) + x) * 3, 3);
        return (pixel[0], pixel[1], pixel[2]);
    }

    private static bool IsGrey(RgbImage image, int x, int y) => Pixel(image, x, y) is var (red, green, blue) && red == green && green == blue;
}
