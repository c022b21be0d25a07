using MGLMM.Masks;
using MGLMM.Runtime.Preprocessing;
using Xunit;

namespace MGLMM.Runtime.Tests.Preprocessing;

public sealed class MaskPostprocessorTests
{
    private static readonly MaskPostprocessor Postprocessor = new(logitsSize: 32, encoderSize: 128);
    private static readonly GroundingImagePreprocessor Grounding = new(PreprocessingData.GroundingEncoder);

    public static TheoryData<string> Cases =>
        [.. Directory.GetFiles(OracleData.Golden(string.Empty), "*__*.npz")
            .Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Where(name => !name.StartsWith("debug", StringComparison.Ordinal) && name != "extra__noseg")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_and_masks_are_those_of_the_official_code(string name)
    {
        NpzFile golden = NpzFile.Load(OracleData.Golden($"{name}.npz"));
        NpyArray expectedLogits = golden["mask_logits"];
        ImageSize original = new(expectedLogits.Shape[2], expectedLogits.Shape[1]);
        ImageSize scaled = Grounding.ScaledSize(original);
        float[] logits = new float[expectedLogits.Length];

        Postprocessor.ToLogits(golden["low_res_masks"].Floats, scaled, original, logits);
        Mask[] masks = Postprocessor.ToMasks(golden["low_res_masks"].Floats, scaled, original);

        float largest = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(logits[i] - expectedLogits.Floats[i]));
        }

        Assert.InRange(largest, 0f, 1e-4f);
        Assert.Equal(expectedLogits.Shape[0], masks.Length);
        byte[] bitmap = new byte[original.Width * original.Height];
        for (int i = 0; i < masks.Length; i++)
        {
            masks[i].CopyTo(bitmap);
            Assert.True(golden["masks"].Bytes.Slice(i * bitmap.Length, bitmap.Length).SequenceEqual(bitmap), $"mask {i} differs");
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 400)]
    [InlineData(400, 1)]
    [InlineData(333, 77)]
    [InlineData(128, 128)]
    public void Masks_are_the_thresholded_logits(int width, int height)
    {
        Random random = new(5);
        float[] low = [.. Enumerable.Range(0, 2 * 32 * 32).Select(_ => (random.NextSingle() * 4) - 2)];
        ImageSize original = new(width, height);
        ImageSize scaled = Grounding.ScaledSize(original);
        float[] logits = new float[2 * width * height];

        Postprocessor.ToLogits(low, scaled, original, logits);
        Mask[] masks = Postprocessor.ToMasks(low, scaled, original, threshold: 0.25f);

        Assert.Equal(Above(0), masks[0]);
        Assert.Equal(Above(1), masks[1]);

        Mask Above(int index) => Mask.FromBitmap([.. logits.Skip(index * width * height).Take(width * height).Select(value => value > 0.25f)], width, height);
    }

    [Fact]
    public void Nothing_asked_gives_nothing()
        => Assert.Empty(Postprocessor.ToMasks([], new ImageSize(128, 64), new ImageSize(500, 250)));

    [Fact]
    public void All_inside_and_all_outside_are_one_run()
    {
        float[] low = new float[2 * 32 * 32];
        low.AsSpan(0, 32 * 32).Fill(1f);
        low.AsSpan(32 * 32).Fill(float.NaN);
        Mask[] masks = Postprocessor.ToMasks(low, new ImageSize(128, 96), new ImageSize(640, 480));

        Assert.Equal([0, 640 * 480], masks[0].Counts.ToArray());
        Assert.True(masks[1].IsEmpty);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Postprocessor.ToMasks(new float[1000], new ImageSize(128, 64), new ImageSize(500, 250)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Postprocessor.ToMasks([], new ImageSize(129, 64), new ImageSize(500, 250)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Postprocessor.ToMasks([], new ImageSize(128, 64), new ImageSize(500, 0)));
    }
}
