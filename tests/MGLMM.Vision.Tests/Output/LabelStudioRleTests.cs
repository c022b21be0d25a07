using MGLMM.Masks;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Tests.Geometry;

namespace MGLMM.Vision.Tests.Output;

public sealed class LabelStudioRleTests
{
    [Fact]
    public void The_published_example_comes_out_to_the_byte()
    {
        // test_rle_encoding in the tests of label-studio-converter.
        byte[] values = [1, 1, 1, 1, 2, 3, 5, 6, 7, 8, 4, 4, 4, 4, 4, 4, 4, 4];
        byte[] encoded = [0, 0, 0, 18, 57, 27, 252, 96, 32, 1, 0, 6, 0, 40, 0, 192, 3, 128, 17, 56, 32];
        Assert.Equal(encoded, LabelStudioRle.Encode(values));
        Assert.Equal(values, Decode(encoded));
    }

    // What the published algorithm gave for these masks ("#" is inside), each pixel four values of 0 or 255.
    [Theory]
    [InlineData(".##./.#../....", new byte[] { 0, 0, 0, 48, 57, 27, 252, 96, 19, 255, 206, 1, 31, 254, 23, 0, 0 })]
    [InlineData("#", new byte[] { 0, 0, 0, 4, 57, 27, 252, 127, 224 })]
    [InlineData(".", new byte[] { 0, 0, 0, 4, 57, 27, 252, 96, 0 })]
    public void Small_masks_come_out_as_the_reference_writes_them(string rows, byte[] encoded)
    {
        string[] lines = rows.Split('/');
        Mask mask = PlainScene.Draw(lines[0].Length, lines.Length, (x, y) => lines[y][x] == '#');
        Assert.Equal(encoded, LabelStudioRle.Encode(mask));
    }

    [Fact]
    public void Long_runs_are_cut_as_the_reference_cuts_them()
    {
        Mask mask = PlainScene.Draw(300, 141, (x, y) => y > 60 || (y == 60 && x < 2));
        Assert.Equal(
            [0, 2, 148, 240, 57, 27, 255, 255, 255, 0, 227, 39, 224, 19, 255, 240, 74, 112, 15, 255, 255, 255, 221, 191, 255, 192],
            LabelStudioRle.Encode(mask));
    }

    [Fact]
    public void Every_mask_comes_back()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            (int width, int height) = (1 + (seed * 7 % 61), 1 + (seed * 13 % 47));
            Comes(PlainScene.Draw(width, height, PlainScene.Noise(seed, width, height)));
        }

        Comes(Mask.Full(700, 500));
        Comes(Mask.Empty(700, 500));
    }

    /// <summary>The format as rle-pack describes it, read bit by bit.</summary>
    public static byte[] Decode(IReadOnlyList<byte> encoded)
    {
        int at = 0;
        byte[] values = new byte[Read(32)];
        int wordSize = Read(5) + 1;
        int[] sizes = [Read(4) + 1, Read(4) + 1, Read(4) + 1, Read(4) + 1];
        for (int index = 0; index < values.Length;)
        {
            bool equal = Read(1) == 1;
            int end = index + 1 + Read(sizes[Read(2)]);
            byte value = equal ? (byte)Read(wordSize) : (byte)0;
            for (; index < end; index++)
            {
                values[index] = equal ? value : (byte)Read(wordSize);
            }
        }

        return values;

        int Read(int bits)
        {
            int value = 0;
            for (; bits > 0; bits--, at++)
            {
                value = (value << 1) | ((encoded[at / 8] >> (7 - (at % 8))) & 1);
            }

            return value;
        }
    }

    private static void Comes(Mask mask)
    {
        byte[] values = Decode(LabelStudioRle.Encode(mask));
        Assert.Equal(4L * mask.Width * mask.Height, values.Length);
        for (int index = 0; index < values.Length; index++)
        {
            int pixel = index / 4;
            if (values[index] != (mask.Contains(pixel % mask.Width, pixel / mask.Width) ? 255 : 0))
            {
                Assert.Fail($"{mask}: value {index} is {values[index]}.");
            }
        }
    }
}
