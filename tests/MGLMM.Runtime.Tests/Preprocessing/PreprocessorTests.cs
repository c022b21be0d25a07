using System.Text.Json;
using MGLMM.Imaging;
using MGLMM.Runtime.Preprocessing;
using Xunit;

namespace MGLMM.Runtime.Tests.Preprocessing;

public sealed class PreprocessorTests
{
    private static readonly GlobalImagePreprocessor Global = new(PreprocessingData.GlobalEncoder);
    private static readonly GroundingImagePreprocessor Grounding = new(PreprocessingData.GroundingEncoder);

    public static TheoryData<string> GoldenImages => [.. OracleData.GoldenImages];

    public static TheoryData<string> PreprocessCases =>
        [.. Directory.GetFiles(OracleData.Image("preprocess")).Select(path => Path.GetFileNameWithoutExtension(path)!)];

    [Theory]
    [MemberData(nameof(GoldenImages))]
    public void The_global_encoder_input_is_exact(string name)
    {
        NpzFile golden = NpzFile.Load(OracleData.Golden($"image_{name}.npz"));
        RgbImage image = ImageDecoder.DecodeFile(OracleData.Image($"{name}.png"));
        float[] input = NaNs(Global.ValueCount);

        Global.Process(image, input);

        Assert.Null(ImagingData.FirstDifference(golden["clip_crop_u8"], Global.Scale(image)));
        Assert.True(golden["clip_pixel_values"].Floats.SequenceEqual(input));
    }

    [Theory]
    [MemberData(nameof(GoldenImages))]
    public void The_grounding_encoder_input_is_exact(string name)
    {
        NpzFile golden = NpzFile.Load(OracleData.Golden($"image_{name}.npz"));
        RgbImage image = ImageDecoder.DecodeFile(OracleData.Image($"{name}.png"));
        float[] input = NaNs(Grounding.ValueCount);

        ImageSize scaled = Grounding.Process(image, input);

        Assert.Equal(golden["resize_hw"].Longs.ToArray(), new long[] { scaled.Height, scaled.Width });
        Assert.Equal(golden["orig_hw"].Longs.ToArray(), new long[] { image.Height, image.Width });
        Assert.Null(ImagingData.FirstDifference(golden["sam_resized_u8"], Grounding.Scale(image)));
        Assert.True(golden["sam_input"].Floats.SequenceEqual(input));
    }

    [Theory]
    [MemberData(nameof(PreprocessCases))]
    public void Every_kind_of_picture_is_scaled_as_the_official_code_does(string name)
    {
        NpzFile golden = NpzFile.Load(OracleData.Golden("preprocess_cases.npz"));
        RgbImage image = ImageDecoder.DecodeFile(OracleData.Image($"preprocess/{name}.png"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(OracleData.Golden("cases.json")));
        JsonElement expected = json.RootElement.GetProperty("preprocess_cases").EnumerateArray()
            .Single(one => one.GetProperty("file").GetString() == $"images/preprocess/{name}.png");

        float[] globalInput = NaNs(Global.ValueCount);
        float[] groundingInput = NaNs(Grounding.ValueCount);
        Global.Process(image, globalInput);
        ImageSize scaled = Grounding.Process(image, groundingInput);

        if (golden.Contains($"{name}.clip_crop_u8"))
        {
            Assert.Null(ImagingData.FirstDifference(golden[$"{name}.clip_crop_u8"], Global.Scale(image)));
            Assert.Null(ImagingData.FirstDifference(golden[$"{name}.sam_resized_u8"], Grounding.Scale(image)));
        }

        Assert.Equal(expected.GetProperty("resize_hw").EnumerateArray().Select(value => value.GetInt32()), [scaled.Height, scaled.Width]);
        AssertSums(expected, "clip_pixel_values", globalInput);
        AssertSums(expected, "sam_input", groundingInput);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4000)]
    [InlineData(4000, 1)]
    [InlineData(3, 1_000_000)]
    public void Extreme_shapes_are_scaled_to_at_least_one_pixel(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        Array.Fill(pixels, (byte)200);
        RgbImage image = RgbImage.FromPixels(pixels, width, height);
        float[] globalInput = NaNs(Global.ValueCount);
        float[] groundingInput = NaNs(Grounding.ValueCount);

        Global.Process(image, globalInput);
        ImageSize scaled = Grounding.Process(image, groundingInput);

        Assert.Equal(128, Math.Max(scaled.Width, scaled.Height));
        Assert.InRange(Math.Min(scaled.Width, scaled.Height), 1, 128);
        float grey = ((float)(200 * (1.0 / 255.0)) - (float)PreprocessingData.GlobalEncoder.Mean[0]) / (float)PreprocessingData.GlobalEncoder.StandardDeviation[0];
        Assert.All(globalInput[..(56 * 56)], value => Assert.Equal(grey, value));
        Assert.DoesNotContain(groundingInput, float.IsNaN);
    }

    [Fact]
    public void Without_a_centre_crop_the_whole_picture_is_squashed_into_the_square()
    {
        GlobalImagePreprocessor squashing = new(PreprocessingData.GlobalEncoder with { CenterCrop = false });
        NpyArray source = ImagingData.Resized["source_64x64"];
        RgbImage wide = PillowResize.Resize(RgbImage.FromPixels(source.Bytes, 64, 64), 300, 40, ResampleFilter.Bicubic);

        Assert.Equal(
            PillowResize.Resize(wide, 56, 56, ResampleFilter.Bicubic).ContentHash,
            squashing.Scale(wide).ContentHash);
    }

    [Fact]
    public void A_buffer_of_another_length_is_refused()
    {
        RgbImage image = RgbImage.FromPixels(new byte[3], 1, 1);

        Assert.Throws<ArgumentException>(() => Global.Process(image, new float[Global.ValueCount - 1]));
        Assert.Throws<ArgumentException>(() => Grounding.Process(image, new float[Grounding.ValueCount + 1]));
    }

    private static float[] NaNs(int length)
    {
        float[] values = new float[length];
        Array.Fill(values, float.NaN); // so that anything left unwritten shows
        return values;
    }

    private static void AssertSums(JsonElement expected, string name, float[] values)
    {
        // The reference sums were taken in double precision, in another order.
        Assert.Equal(expected.GetProperty($"{name}_sum").GetDouble(), values.Sum(value => (double)value), 6);
        Assert.Equal(expected.GetProperty($"{name}_abs_sum").GetDouble(), values.Sum(value => (double)Math.Abs(value)), 6);
    }
}
