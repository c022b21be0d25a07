using System.Text.Json;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Runtime;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Preprocessing;
using MGLMM.Runtime.Text;

namespace MGLMM.Conversion.Tests.Parity;

/// <summary>
/// The converted model against the official PyTorch code: 11 dialogues, their ids, texts, hidden states, logits and masks.
/// Tolerances are those that the oracle's README measured between two official variants, with its margins.
/// </summary>
public sealed class OracleParityTests(OracleFixture oracle)
{
    private const double HiddenTolerance = 1e-4;

    private const double LogitsTolerance = 5e-4;

    private const double MaskTolerance = 2e-3;

    public static TheoryData<string, string?> Cases => new()
    {
        { "landscape_97x61__gcg", null },
        { "landscape_97x61__followup", "landscape_97x61__gcg" },
        { "landscape_97x61__referring", null },
        { "portrait_50x83__gcg", null },
        { "portrait_50x83__followup", "portrait_50x83__gcg" },
        { "portrait_50x83__referring", null },
        { "square_163x163__gcg", null },
        { "square_163x163__followup", "square_163x163__gcg" },
        { "square_163x163__referring", null },
        { "extra__noseg", null },
        { "extra__limit_last_is_seg", null },
    };

    public static TheoryData<string> Images => ["landscape_97x61", "portrait_50x83", "square_163x163"];

    [Theory]
    [MemberData(nameof(Images))]
    public void Image_features_match(string name)
    {
        NpzFile golden = Golden("image_" + name);
        RgbImage image = ImageDecoder.DecodeFile(OracleData.Image(name + ".png"));
        using RunGuard guard = new(RequestQueue.Alone(), CancellationToken.None);
        VisionEncoders vision = oracle.Model.Vision;

        float[] globalPixels = vision.PreprocessGlobal(image);
        Assert.Equal(golden["clip_pixel_values"].Floats.ToArray(), globalPixels);
        float[] features = golden["clip_features"].Floats.ToArray();
        int width = features.Length / oracle.Model.Manifest.GlobalEncoder.TokenCount;
        AssertClose(features, vision.EncodeFeatures(globalPixels, width, guard), HiddenTolerance);
        AssertClose(golden["projected_features"].Floats.ToArray(), vision.EncodeTokens(globalPixels, guard), HiddenTolerance);

        float[] groundingPixels = vision.PreprocessGrounding(image);
        Assert.Equal(golden["sam_input"].Floats.ToArray(), groundingPixels);
        AssertClose(CellsFirst(golden["sam_image_embeddings"].Floats.ToArray()), vision.EncodeGrounding(groundingPixels, guard), HiddenTolerance);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Dialogue_matches(string name, string? first)
    {
        JsonElement truth = oracle.Case(name);
        NpzFile golden = Golden(name);
        using MglmmModel fresh = MglmmModel.Load(oracle.BundleFolder);
        Dialogue dialogue = fresh.OpenImage(OracleData.Image(truth.GetProperty("image").GetString()!)).StartDialogue();
        if (first is not null)
        {
            await Ask(dialogue, first);
        }

        GroundedAnswer answer = await Ask(dialogue, name);

        Assert.Equal(truth.GetProperty("prompt").GetString(), answer.Prompt);
        Assert.Equal(truth.GetProperty("text_output").GetString(), answer.Text);
        Assert.Equal(golden["generated_ids"].Longs.ToArray().Select(id => (int)id), answer.TokenIds);
        Assert.Equal(truth.GetProperty("stopped_by").GetString(), answer.StopReason.ToWireName());

        // Masks of earlier turns come first in the official output; an answer holds its own only.
        float[] logits = golden["mask_logits"].Floats.ToArray();
        int size = answer.Segments.Count == 0 ? 0 : answer.Segments[0].Mask.Width * answer.Segments[0].Mask.Height;
        int skipped = truth.GetProperty("n_masks_from_prompt").GetInt32();
        Assert.Equal(truth.GetProperty("n_masks").GetInt32() - skipped, answer.Segments.Count);
        for (int index = 0; index < answer.Segments.Count; index++)
        {
            AssertMask(logits.AsSpan((skipped + index) * size, size), answer.Segments[index].Mask);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void States_logits_and_mask_logits_match(string name, string? first)
    {
        _ = first;
        JsonElement truth = oracle.Case(name);
        NpzFile golden = Golden(name);
        MglmmModel model = oracle.Model;
        int width = model.Manifest.Decoder.HiddenSize;
        int vocabulary = model.Manifest.Decoder.VocabularySize;
        RgbImage image = ImageDecoder.DecodeFile(OracleData.Image(truth.GetProperty("image").GetString()!));
        using RunGuard guard = new(RequestQueue.Alone(), CancellationToken.None);
        float[] tokens = model.Vision.EncodeTokens(model.Vision.PreprocessGlobal(image), guard);
        int[] positions = model.Generator.Expand([.. golden["input_ids"].Longs.ToArray().Select(id => (int)id)]);
        long[] generated = golden["generated_ids"].Longs.ToArray();
        using DecodingState state = model.Decoder.CreateState(positions.Length + generated.Length);

        // Chunks of 50 also prove that a prompt may be run in parts.
        float[] hidden = new float[(positions.Length + generated.Length) * width];
        while (state.Prefill(
            positions, GroundingTokenizer.ImagePlaceholder, tokens, 50, guard, (start, states) => states.CopyTo(hidden.AsSpan(start * width))))
        {
        }

        AssertClose(golden["prompt_hidden"].Floats.ToArray(), hidden.AsSpan(0, positions.Length * width), HiddenTolerance);
        float[] stepLogits = golden["step_logits"].Floats.ToArray();
        for (int step = 0; step < generated.Length; step++)
        {
            AssertClose(stepLogits.AsSpan(step * vocabulary, vocabulary), state.Logits, LogitsTolerance);
            Assert.Equal((int)generated[step], state.NextToken);
            if (step + 1 < generated.Length)
            {
                state.Step((int)generated[step], guard);
                state.Hidden.CopyTo(hidden.AsSpan((positions.Length + step) * width));
            }
        }

        AssertClose(golden["gen_hidden"].Floats.ToArray(), hidden.AsSpan(positions.Length * width, (generated.Length - 1) * width), HiddenTolerance);

        // Every [SEG] of the whole sequence, those in the prompt too, through the mask decoder in one run.
        long[] segmentPositions = golden["seg_positions"].Longs.ToArray();
        float[] states = segmentPositions.SelectMany(position => hidden.AsSpan((int)position * width, width).ToArray()).ToArray();
        AssertClose(golden["seg_hidden"].Floats.ToArray(), states, HiddenTolerance);
        if (segmentPositions.Length > 0)
        {
            float[] embedding = model.Vision.EncodeGrounding(model.Vision.PreprocessGrounding(image), guard);
            float[] low = model.Vision.DecodeMasks(embedding, states, guard);
            AssertClose(golden["low_res_masks"].Floats.ToArray(), low, MaskTolerance);
            ImageSize size = ImageSize.Of(image);
            MaskPostprocessor postprocessor = new(model.Manifest.MaskDecoder.LogitsSize, model.Manifest.GroundingEncoder.ImageSize);
            float[] full = new float[segmentPositions.Length * size.Width * size.Height];
            int side = model.Manifest.MaskDecoder.LogitsSize;
            for (int index = 0; index < segmentPositions.Length; index++)
            {
                postprocessor.ToLogits(
                    low.AsSpan(index * side * side, side * side),
                    model.Vision.GroundingSize(size),
                    size,
                    full.AsSpan(index * size.Width * size.Height, size.Width * size.Height));
            }

            AssertClose(golden["mask_logits"].Floats.ToArray(), full, MaskTolerance);
        }
    }

    [Fact]
    public async Task Reusing_what_the_image_cost_changes_nothing()
    {
        // One model, one picture, all its dialogues in a row and then once more: prefix reuse, rewinding, follow-ups.
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder);
        OpenedImage image = model.OpenImage(OracleData.Image("landscape_97x61.png"));
        for (int round = 0; round < 2; round++)
        {
            foreach (string name in (string[])["landscape_97x61__referring", "landscape_97x61__gcg", "extra__noseg", "extra__limit_last_is_seg"])
            {
                GroundedAnswer answer = await Ask(image.StartDialogue(), name);
                Assert.Equal(Golden(name)["generated_ids"].Longs.ToArray().Select(id => (int)id), answer.TokenIds);
                if (round > 0)
                {
                    Assert.True(answer.Timings.GlobalEncoderSkipped);
                    Assert.True(answer.Timings.GroundingEncoderSkipped);
                    Assert.True(answer.Timings.ReusedPositions > model.Manifest.GlobalEncoder.TokenCount);
                }
            }
        }

        Dialogue dialogue = image.StartDialogue();
        await Ask(dialogue, "landscape_97x61__gcg");
        int before = dialogue.Turns[0].Timings.PromptPositions;
        GroundedAnswer followUp = await Ask(dialogue, "landscape_97x61__followup");
        Assert.Equal(Golden("landscape_97x61__followup")["generated_ids"].Longs.ToArray().Select(id => (int)id), followUp.TokenIds);
        Assert.True(followUp.Timings.ReusedPositions > before, "A follow-up continues from the answer's own KV rows.");
    }

    [Fact]
    public async Task Many_requests_at_once_answer_as_one_does()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder, new ModelOptions { MaximumConcurrentRequests = 4 });
        string[] names = ["landscape_97x61__gcg", "landscape_97x61__referring", "portrait_50x83__gcg", "square_163x163__referring"];
        IEnumerable<Task<(string Name, GroundedAnswer Answer)>> requests = Enumerable.Range(0, 16).Select(async index =>
        {
            string name = names[index % names.Length];
            OpenedImage image = model.OpenImage(OracleData.Image(oracle.Case(name).GetProperty("image").GetString()!));
            return (Name: name, Answer: await Ask(image.StartDialogue(), name));
        });
        foreach ((string name, GroundedAnswer answer) in await Task.WhenAll(requests))
        {
            Assert.Equal(Golden(name)["generated_ids"].Longs.ToArray().Select(id => (int)id), answer.TokenIds);
        }
    }

    private static NpzFile Golden(string name) => NpzFile.Load(OracleData.Golden(name + ".npz"));

    private Task<GroundedAnswer> Ask(Dialogue dialogue, string name) => dialogue.AskAsync(
        oracle.Case(name).GetProperty("question").GetString()!,
        new AskOptions { MaximumNewTokens = oracle.Case(name).GetProperty("max_new_tokens").GetInt32() });

    private float[] CellsFirst(float[] channelsFirst)
    {
        int channels = oracle.Model.Manifest.GroundingEncoder.Channels;
        int cells = channelsFirst.Length / channels;
        float[] result = new float[channelsFirst.Length];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int cell = 0; cell < cells; cell++)
            {
                result[(cell * channels) + channel] = channelsFirst[(channel * cells) + cell];
            }
        }

        return result;
    }

    private static void AssertMask(ReadOnlySpan<float> logits, Mask mask)
    {
        bool[] bitmap = mask.ToBitmap();
        for (int index = 0; index < bitmap.Length; index++)
        {
            if (Math.Abs(logits[index]) >= MaskTolerance)
            {
                Assert.Equal(logits[index] > 0, bitmap[index]);
            }
        }
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double worst = 0d;
        for (int index = 0; index < expected.Length; index++)
        {
            worst = Math.Max(worst, Math.Abs((double)expected[index] - actual[index]));
            Assert.False(float.IsNaN(actual[index]));
        }

        Assert.True(worst <= tolerance, $"Largest difference {worst:g4}, allowed {tolerance:g4}.");
    }
}
