namespace MGLMM.Masks.Tests;

public class LabelPngTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 4)]
    [InlineData(0, 8)]
    [InlineData(0, 16)]
    [InlineData(3, 4)]
    [InlineData(3, 8)]
    public void Samples_of_every_depth_are_the_labels(int colour, int depth)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Random random = new(seed);
            (int width, int height) = RandomMasks.Size(random, 40);
            int[] samples = [.. Enumerable.Range(0, width * height).Select(_ => random.Next(Math.Min(1 << depth, 300)))];
            LabelImage labels = LabelPng.Decode(Png.Make(width, height, depth, colour, samples, y => (seed + y) % 5, dataChunk: random.Next(1, 200)));
            Assert.Equal((width, height), (labels.Width, labels.Height));
            Assert.Equal(samples, LabelsOf(labels));
        }
    }

    [Fact]
    public void Colour_gives_numbers_as_the_panoptic_format_has_them()
    {
        byte[] png = [.. Png.Signature, .. Png.Header(2, 2, 8, 2), .. Png.Chunk("IDAT", Png.Deflate([0, 1, 0, 0, 0, 1, 0, 1, 5, 6, 7, 1, 1, 1])), .. Png.Chunk("IEND", [])];
        Assert.Equal([1, 256, 5 + (6 * 256) + (7 * 65536), 6 + (7 * 256) + (8 * 65536)], LabelsOf(LabelPng.Decode(png)));
    }

    [Fact]
    public void Masks_part_the_picture()
    {
        Random random = new(3);
        for (int round = 0; round < 50; round++)
        {
            (int width, int height) = RandomMasks.Size(random, 30);
            int[] values = [.. Enumerable.Range(0, width * height).Select(_ => random.Next(4))];
            IReadOnlyDictionary<int, Mask> masks = LabelPng.Decode(Png.Make(width, height, 8, 0, values, _ => 0, dataChunk: 100)).Masks();
            Assert.Equal(values.Distinct().Order(), masks.Keys.Order());
            foreach ((int label, Mask mask) in masks)
            {
                Assert.Equal(values.Select(value => value == label), mask.ToBitmap());
            }
        }
    }

    [Fact]
    public void What_is_no_label_picture_is_refused()
    {
        byte[] alpha = [.. Png.Signature, .. Png.Header(1, 1, 8, 6), .. Png.Chunk("IDAT", Png.Deflate([0, 1, 1, 1, 1])), .. Png.Chunk("IEND", [])];
        Assert.Contains("alpha", Assert.Throws<FormatException>(() => LabelPng.Decode(alpha)).Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => LabelPng.Decode("no png"u8));
    }

    /// <summary>Which mask each pixel is in; in two or none fails.</summary>
    private static int[] LabelsOf(LabelImage image)
    {
        int?[] labels = new int?[image.Width * image.Height];
        foreach ((int label, Mask mask) in image.Masks())
        {
            foreach ((int index, bool inside) in mask.ToBitmap().Index())
            {
                if (inside)
                {
                    Assert.Null(labels[index]);
                    labels[index] = label;
                }
            }
        }

        return [.. labels.Select(label => label!.Value)];
    }
}
