using System.Text.Json;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Runtime;
using MGLMM.Runtime.Answers;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Preprocessing;
using MGLMM.Runtime.Text;

namespace MGLMM.Conversion.Tests.Parity;

/// <summary>
/// GLaMM's official code, dialogue by dialogue: 20 without boxes and 26 with. Tolerances are the oracle's own.
/// </summary>
public sealed class GlammParityTests(GlammOracleFixture oracle)
{
    private const double HiddenTolerance = 1e-4;

    private const double LogitsTolerance = 5e-4;

    private const double MaskTolerance = 2e-3;

    private const double RegionTolerance = 2e-3;

    public static TheoryData<string> Cases => [.. GlammOracleFixture.Names(regions: false), .. GlammOracleFixture.Names(regions: true)];

    public static TheoryData<string> Images => [.. GlammOracleFixture.Images];

    [Fact]
    public void The_bundle_says_that_it_has_the_region_encoder()
    {
        Assert.Equal("glamm", oracle.Report.Family);
        Assert.Empty(oracle.Report.LeftOver);
        Assert.DoesNotContain(oracle.Report.Remarks, remark => remark.Contains("region", StringComparison.OrdinalIgnoreCase));
        RegionEncoderSpecification? region = oracle.Model.Manifest.RegionEncoder;
        Assert.NotNull(region);
        Assert.Equal(("region_encoder.onnx", 18, 128), (region.Graph, region.GridSize, region.Channels));

        // config.json says 32002, as GLaMM's class writes for every vocabulary.
        Assert.Equal(562, oracle.Model.Manifest.Tokens.Added["<bbox>"]);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Image_features_match(string name)
    {
        NpzFile golden = GlammOracleFixture.Golden("image_" + name);
        RgbImage image = ImageDecoder.DecodeFile(GlammOracleFixture.Image(name + ".png"));
        using RunGuard guard = new(RequestQueue.Alone(), CancellationToken.None);
        VisionEncoders vision = oracle.Model.Vision;
        float[] pixels = vision.PreprocessGlobal(image);
        Assert.Equal(golden["clip_pixel_values_every12"].Floats.ToArray(), EveryCell(pixels, 252, 12));
        Closeness.Assert(golden["clip_features_every10"].Floats, EveryRow(vision.EncodeFeatures(pixels, 128, guard), 128, 10), HiddenTolerance);
        float[] tokens = vision.EncodeTokens(pixels, guard);
        Closeness.Assert(golden["projected_features_every10"].Floats, EveryRow(tokens, 96, 10), HiddenTolerance);
        Assert.Equal(tokens, vision.EncodeImage(pixels, guard).Tokens);

        float[] grounding = vision.PreprocessGrounding(image);
        Assert.Equal(golden["sam_input_every4"].Floats.ToArray(), EveryCell(grounding, 112, 4));
        float[] channelsFirst = golden["sam_image_embeddings"].Floats.ToArray();
        float[] cells = Enumerable.Range(0, 49).SelectMany(cell => Enumerable.Range(0, 32).Select(channel => channelsFirst[(channel * 49) + cell])).ToArray();
        Closeness.Assert(cells, vision.EncodeGrounding(grounding, guard), HiddenTolerance);
    }

    /// <summary>All on one model, in any order and at the same time: a KV cache taken for other boxes would show.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Dialogue_matches(string name)
    {
        JsonElement expected = oracle.Expected(name);
        GroundedAnswer answer = await oracle.AskAsync(oracle.Model, name);
        Assert.Equal(oracle.Case(name).GetProperty("prompt").GetString(), answer.Prompt);
        Assert.Equal(expected.GetProperty("text_output").GetString(), answer.Text);
        Assert.Equal(expected.GetProperty("generated_ids").EnumerateArray().Select(id => id.GetInt32()), answer.TokenIds);
        Assert.Equal(expected.GetProperty("stopped_by").GetString(), answer.StopReason == StopReason.MaximumNewTokens ? "limit" : answer.StopReason.ToWireName());
        int[][] masks = expected.GetProperty("masks").EnumerateArray().Select(mask => mask.EnumerateArray().Select(run => run.GetInt32()).ToArray()).ToArray();
        Assert.Equal(masks.Length, answer.Segments.Count);
        for (int index = 0; index < masks.Length; index++)
        {
            Assert.InRange(Differing(masks[index], answer.Segments[index].Mask), 0, expected.GetProperty("near_zero")[index].GetInt32());
        }

        RegionBox[] boxes = oracle.Boxes(name)[^1];
        Assert.Equal(boxes, answer.Regions);
        Assert.Equal(boxes.Length, answer.RegionFeatures!.Count);
        if (boxes.Length > 0)
        {
            float[] rows = answer.RegionFeatures.SelectMany(row => row.ToArray()).ToArray();
            Closeness.Assert(GlammOracleFixture.Golden(name)["region_features"].Floats, rows, RegionTolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void States_logits_and_masks_match(string name)
    {
        NpzFile golden = GlammOracleFixture.Golden(name);
        MglmmModel model = oracle.Model;
        (RgbImage image, float[] tokens, float[] pyramid) = oracle.Encode(oracle.Expected(name).GetProperty("image").GetString()!);
        int width = model.Manifest.Decoder.HiddenSize;
        using RunGuard guard = new(RequestQueue.Alone(), CancellationToken.None);
        int[] positions = model.Generator.Expand(golden["input_ids"].Ints);
        Dictionary<int, float[]> rows = new();
        if (golden.Contains("region_features"))
        {
            NormalizedBox[] boxes = golden["boxes_normalised"].Floats.ToArray().Chunk(4).Select(box => new NormalizedBox(box[0], box[1], box[2], box[3])).ToArray();
            float[][] features = model.Vision.EncodeRegions(pyramid, boxes, guard).Chunk(width).ToArray();
            RegionPlacement placement = RegionPlacement.Of(model.Manifest, positions, oracle.Boxes(name)[^1], ImageSize.Of(image));
            Assert.Equal(boxes, placement.Boxes);
            for (int token = 0; token < placement.At.Length; token++)
            {
                positions[placement.At[token]] = -1000 - token;
                rows.Add(-1000 - token, features[placement.BoxOf(token)]);
            }
        }

        int[] generated = golden["generated_ids"].Ints.ToArray();
        using DecodingState state = model.Decoder.CreateState(positions.Length + generated.Length);
        float[] hidden = new float[(positions.Length + generated.Length) * width];

        // Chunks of 100 also prove that a prompt with boxes may be run in parts.
        while (state.Prefill(
            positions, GroundingTokenizer.ImagePlaceholder, tokens, 100, guard, (start, states) => states.CopyTo(hidden.AsSpan(start * width)), rows))
        {
        }

        if (golden.Contains("prompt_hidden_tail"))
        {
            NpyArray tail = golden["prompt_hidden_tail"];
            Closeness.Assert(tail.Floats, hidden.AsSpan((positions.Length * width) - tail.Length, tail.Length), HiddenTolerance);
        }

        for (int step = 0; step < generated.Length; step++)
        {
            if (golden.Contains("step_top5_ids"))
            {
                for (int place = 0; place < 5; place++)
                {
                    short id = golden["step_top5_ids"].Shorts[(5 * step) + place];
                    Assert.InRange(state.Logits[id] - golden["step_top5_logits"].Floats[(5 * step) + place], -LogitsTolerance, LogitsTolerance);
                }
            }

            Assert.Equal(generated[step], state.NextToken);
            if (step + 1 < generated.Length)
            {
                state.Step(generated[step], guard);
                state.Hidden.CopyTo(hidden.AsSpan((positions.Length + step) * width));
            }
        }

        NpyArray following = golden[golden.Contains("gen_hidden") ? "gen_hidden" : "gen_hidden_first4"];
        Closeness.Assert(following.Floats, hidden.AsSpan(positions.Length * width, following.Length), HiddenTolerance);
        if (!golden.Contains("seg_positions"))
        {
            return;
        }

        float[] states = golden["seg_positions"].Ints.ToArray().SelectMany(position => hidden.AsSpan(position * width, width).ToArray()).ToArray();
        Closeness.Assert(golden["seg_hidden"].Floats, states, HiddenTolerance);
        if (golden.Contains("low_res_masks"))
        {
            float[] embedding = model.Vision.EncodeGrounding(model.Vision.PreprocessGrounding(image), guard);
            Closeness.Assert(golden["low_res_masks"].Floats, model.Vision.DecodeMasks(embedding, states, guard), MaskTolerance);
        }
    }

    /// <summary>[3, side, side] at every n-th row and column.</summary>
    private static float[] EveryCell(float[] values, int side, int step) =>
        [.. Enumerable.Range(0, 3).SelectMany(channel => Every(side, step).SelectMany(row => Every(side, step).Select(column => values[(((channel * side) + row) * side) + column])))];

    private static float[] EveryRow(float[] values, int width, int step) =>
        [.. Every(values.Length / width, step).SelectMany(row => values.AsSpan(row * width, width).ToArray())];

    private static IEnumerable<int> Every(int count, int step) => Enumerable.Range(0, (count + step - 1) / step).Select(index => index * step);

    /// <summary>Pixels where a mask differs from runs along columns that begin with zeros.</summary>
    private static int Differing(int[] runs, Mask mask)
    {
        bool[] bitmap = mask.ToBitmap();
        (int at, bool inside, int differing) = (0, false, 0);
        foreach (int run in runs)
        {
            for (int end = at + run; at < end; at++)
            {
                differing += bitmap[((at % mask.Height) * mask.Width) + (at / mask.Height)] == inside ? 0 : 1;
            }

            inside = !inside;
        }

        Assert.Equal(mask.Width * mask.Height, at);
        return differing;
    }
}
