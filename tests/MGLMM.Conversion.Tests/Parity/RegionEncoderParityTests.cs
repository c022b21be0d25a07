using System.Text.Json;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Preprocessing;

namespace MGLMM.Conversion.Tests.Parity;

/// <summary>GLaMM's region encoder from inside, and with boxes of every kind.</summary>
public sealed class RegionEncoderParityTests(GlammOracleFixture oracle)
{
    /// <summary>
    /// Tells apart a box mapped into the crop, another number of groups, the tower's side instead of 224, the levels' order, aligned corners,
    /// samples per bin, the coordinates' order and boxes rounded to bf16: the least of these changes a feature by 0.76.
    /// </summary>
    private const double Tolerance = 2e-3;

    [Fact]
    public void The_fused_levels_match()
    {
        NpzFile golden = GlammOracleFixture.Golden("debug_two_boxes");
        float[] pyramid = oracle.Encode("wide_150x88.png").Pyramid;
        RegionEncoderSpecification region = oracle.Model.Manifest.RegionEncoder!;
        int start = 0;
        foreach ((int level, int step) in ((int, int)[])[(0, 9), (1, 5), (2, 3), (3, 2)])
        {
            int side = region.GridSize << (3 - level);
            NpyArray expected = golden[$"fused_{level}"];
            List<float> sampled = new();
            foreach (int channel in (int[])[0, 33, 70, 101])
            {
                for (int row = 0; row < side; row += step)
                {
                    for (int column = 0; column < side; column += step)
                    {
                        sampled.Add(pyramid[start + (((channel * side) + row) * side) + column]);
                    }
                }
            }

            Closeness.Assert(expected.Floats, sampled.ToArray(), 1e-4);
            start += region.Channels * side * side;
        }

        Assert.Equal(pyramid.Length, start);
    }

    /// <summary>Borders, outside, far outside, swapped corners, thin, a point, the whole picture.</summary>
    [Fact]
    public void Boxes_of_every_kind_match_alone_and_together()
    {
        using JsonDocument probe = GlammOracleFixture.Parse("golden", "region_probe.json");
        using RunGuard guard = new(RequestQueue.Alone(), CancellationToken.None);
        VisionEncoders vision = oracle.Model.Vision;
        int seen = 0;
        foreach (IGrouping<string, JsonProperty> picture in probe.RootElement.EnumerateObject().Where(entry => entry.Value.TryGetProperty("box", out _)).GroupBy(entry => entry.Value.GetProperty("image").GetString()!))
        {
            (RgbImage image, _, float[] pyramid) = oracle.Encode(picture.Key);
            List<NormalizedBox> boxes = new();
            List<float> expected = new();
            foreach ((string _, JsonElement entry) in picture.Select(entry => (entry.Name, entry.Value)))
            {
                double[] corners = entry.GetProperty("box").EnumerateArray().Select(corner => corner.GetDouble()).ToArray();
                NormalizedBox box = NormalizedBox.Of(new RegionBox(corners[0], corners[1], corners[2], corners[3]), ImageSize.Of(image), oracle.Model.Manifest.GlobalEncoder.ImageSize);
                if (entry.TryGetProperty("normalised", out JsonElement normalised))
                {
                    Assert.Equal(normalised.EnumerateArray().Select(share => share.GetSingle()), (float[])[box.Left, box.Top, box.Right, box.Bottom]);
                }

                float[] features = entry.GetProperty("features").EnumerateArray().Select(feature => feature.GetSingle()).ToArray();
                Closeness.Assert(features, vision.EncodeRegions(pyramid, [box], guard), Tolerance);
                boxes.Add(box);
                expected.AddRange(features);
                seen++;
            }

            Closeness.Assert(expected.ToArray(), vision.EncodeRegions(pyramid, boxes.ToArray(), guard), Tolerance);
        }

        Assert.Equal(11, seen);
    }

    /// <summary>What <c>torch.tensor(x).half()</c> gives: the double is rounded to fp32 first, which here decides the last bit.</summary>
    [Fact]
    public void Boxes_are_rounded_as_PyTorch_rounds()
    {
        // 1 + 2^-11 is half way between two fp16 numbers; a little more is rounded up from a double, but to even by way of fp32.
        double share = 1 + Math.Pow(2, -11) + Math.Pow(2, -40);
        Assert.Equal(1f, NormalizedBox.Of(new RegionBox(share, share, share, share), new ImageSize(1, 1), 1).Left);
        Assert.Equal(1f + MathF.Pow(2, -10), (float)(Half)share);
    }
}
