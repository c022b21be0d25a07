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
        var golden = GlammOracleFixture.Golden("debug_two_boxes");
        var pyramid = oracle.Encode("wide_150x88.png").Pyramid;
        var region = oracle.Model.Manifest.RegionEncoder!;
        var start = 0;
        foreach (var (level, step) in ((int, int)[])[(0, 9), (1, 5), (2, 3), (3, 2)])
        {
            var side = region.GridSize << (3 - level);
            var expected = golden[$"fused_{level}"];
            var sampled = new List<float>();
            foreach (var channel in (int[])[0, 33, 70, 101])
            {
                for (var row = 0; row < side; row += step)
                {
                    for (var column = 0; column < side; column += step)
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
        using var probe = GlammOracleFixture.Parse("golden", "region_probe.json");
        using var guard = new RunGuard(CancellationToken.None);
        var vision = oracle.Model.Vision;
        var seen = 0;
        foreach (var picture in probe.RootElement.EnumerateObject().Where(entry => entry.Value.TryGetProperty("box", out _)).GroupBy(entry => entry.Value.GetProperty("image").GetString()!))
        {
            var (image, _, pyramid) = oracle.Encode(picture.Key);
            var boxes = new List<NormalizedBox>();
            var expected = new List<float>();
            foreach (var (_, entry) in picture.Select(entry => (entry.Name, entry.Value)))
            {
                var corners = entry.GetProperty("box").EnumerateArray().Select(corner => corner.GetDouble()).ToArray();
                var box = NormalizedBox.Of(new RegionBox(corners[0], corners[1], corners[2], corners[3]), ImageSize.Of(image), oracle.Model.Manifest.GlobalEncoder.ImageSize);
                if (entry.TryGetProperty("normalised", out var normalised))
                {
                    Assert.Equal(normalised.EnumerateArray().Select(share => share.GetSingle()), (float[])[box.Left, box.Top, box.Right, box.Bottom]);
                }

                var features = entry.GetProperty("features").EnumerateArray().Select(feature => feature.GetSingle()).ToArray();
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
        var share = 1 + Math.Pow(2, -11) + Math.Pow(2, -40);
        Assert.Equal(1f, NormalizedBox.Of(new RegionBox(share, share, share, share), new ImageSize(1, 1), 1).Left);
        Assert.Equal(1f + MathF.Pow(2, -10), (float)(Half)share);
    }
}
