using System.Text.Json;
using MGLMM.Conversion;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Runtime;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Text;
using MGLMM.Testing;

namespace MGLMM.DeviceCheck;

/// <summary>
/// Dialogues of the official code of MGLMM and of GLaMM, with and without boxes: ids, texts, and the largest differences of hidden states, logits, mask logits
/// and region features, in fp32 (where the oracles' own tolerances must hold) and in fp16.
/// </summary>
internal static class OracleStep
{
    private const double HiddenTolerance = 1e-4;

    private const double LogitsTolerance = 5e-4;

    private const double MaskTolerance = 2e-3;

    private const double RegionTolerance = 2e-3;

    public static void Run(CheckContext context, CheckReport report)
    {
        CheckReport.Table table = report.NewTable(
            "Largest differences from the official code (tolerances of the oracles: 1e-4, 5e-4, 2e-3, 2e-3; masks: pixels that differ, among those where the sign is decided / all)",
            "oracle", "arithmetic", "dialogues", "ids equal", "texts equal", "hidden states", "logits", "mask logits", "region features", "mask pixels", "seconds");
        foreach ((string arithmetic, string accelerator) in new[] { ("fp32", "cpu"), ("fp16", "cuda") })
        {
            foreach (Oracle oracle in new Oracle[] { new MglmmOracle(Path.Combine(context.Data, "oracle")), new GlammOracle(Path.Combine(context.Data, "oracle-glamm")) })
            {
                string name = $"{oracle.Name} {arithmetic}";
                if (!context.Wants(name))
                {
                    continue;
                }

                report.Guard(name, () =>
                {
                    Findings found = new();
                    double seconds = Clock.Milliseconds(() => Compare(context, oracle, accelerator, found)) / 1e3;
                    table.Add(
                        $"{oracle.Name}", $"{arithmetic}", $"{found.Dialogues}", $"{found.SameIds}", $"{found.SameTexts}", $"{found.Hidden:g2}", $"{found.Logits:g2}", $"{found.MaskLogits:g2}",
                        $"{found.Regions:g2}", $"{found.DecidedPixels} / {found.Pixels}", $"{seconds:N1}");
                    report.Check(name + " gives the official ids and texts", found.SameIds == found.Dialogues && found.SameTexts == found.Dialogues, $"{found.Different}");
                    if (arithmetic == "fp32")
                    {
                        report.Check(
                            name + " stays within the oracle's tolerances",
                            found.Hidden <= HiddenTolerance && found.Logits <= LogitsTolerance && found.MaskLogits <= MaskTolerance && found.Regions <= RegionTolerance && found.DecidedPixels == 0,
                            $"{found.Hidden:g3}, {found.Logits:g3}, {found.MaskLogits:g3}, {found.Regions:g3}, {found.DecidedPixels} pixels");
                    }
                });
            }
        }
    }

    private static void Compare(CheckContext context, Oracle oracle, string accelerator, Findings found)
    {
        using CheckContext.TemporaryFolder folder = CheckContext.NewFolder();
        string bundle = Path.Combine(folder.Path, "bundle");
        CheckpointConverter.Convert(new ConversionOptions { Checkpoint = oracle.Checkpoint, VisionTower = oracle.VisionTower, Output = bundle, Precision = "fp32", Accelerator = accelerator });
        using MglmmModel model = MglmmModel.Load(bundle, new ModelOptions { Accelerator = context.Cpu ? Accelerator.Cpu : Accelerator.Cuda, CudaForAnyLayout = true, MaximumDraftTokens = 0 });
        foreach (string name in oracle.Names)
        {
            found.Dialogues++;
            oracle.Ask(model, name, found);
            States(model, oracle, name, found);
        }
    }

    /// <summary>The official ids are fed one by one, so that every number of the official run has its counterpart.</summary>
    private static void States(MglmmModel model, Oracle oracle, string name, Findings found)
    {
        NpzFile golden = oracle.Golden(name);
        int width = model.Manifest.Decoder.HiddenSize;
        using RunGuard guard = new(RequestQueue.Alone(), CancellationToken.None);
        RgbImage image = ImageDecoder.DecodeFile(oracle.Image(name));
        (float[]? tokens, float[]? levels) = model.Vision.EncodeImage(model.Vision.PreprocessGlobal(image), guard);
        int[] positions = model.Generator.Expand(Ids(golden["input_ids"]));
        Dictionary<int, float[]> rows = new();
        if (golden.Contains("region_features"))
        {
            NormalizedBox[] boxes = [.. golden["boxes_normalised"].Floats.ToArray().Chunk(4).Select(box => new NormalizedBox(box[0], box[1], box[2], box[3]))];
            float[] features = model.Vision.EncodeRegions(model.Vision.EncodePyramid(levels!, guard), boxes, guard);
            found.Regions = Math.Max(found.Regions, Difference(golden["region_features"].Floats, features));
            int box = -1;
            int marker = model.Manifest.Tokens.Added["<bbox>"];
            for (int position = 0; position < positions.Length; position++)
            {
                if (positions[position] == marker)
                {
                    box = boxes.Length == 1 ? 0 : box + 1;
                    positions[position] = -1000 - position;
                    rows[positions[position]] = features.AsSpan(Math.Min(box, boxes.Length - 1) * width, width).ToArray();
                }
            }
        }

        int[] generated = Ids(golden["generated_ids"]);
        using DecodingState state = model.Decoder.CreateState(positions.Length + generated.Length);
        float[] hidden = new float[(positions.Length + generated.Length) * width];
        while (state.Prefill(positions, GroundingTokenizer.ImagePlaceholder, tokens, 100, guard, (start, states) => states.CopyTo(hidden.AsSpan(start * width)), rows))
        {
        }

        for (int step = 0; step < generated.Length; step++)
        {
            found.Logits = Math.Max(found.Logits, oracle.LogitsDifference(golden, step, state.Logits));
            if (step + 1 < generated.Length)
            {
                state.Step(generated[step], guard);
                state.Hidden.CopyTo(hidden.AsSpan((positions.Length + step) * width));
            }
        }

        if (golden.Contains("prompt_hidden"))
        {
            found.Hidden = Math.Max(found.Hidden, Difference(golden["prompt_hidden"].Floats, hidden.AsSpan(0, positions.Length * width)));
        }

        NpyArray following = golden[golden.Contains("gen_hidden") ? "gen_hidden" : "gen_hidden_first4"];
        found.Hidden = Math.Max(found.Hidden, Difference(following.Floats, hidden.AsSpan(positions.Length * width, following.Length)));
        if (golden.Contains("seg_positions") && golden.Contains("low_res_masks"))
        {
            float[] states = [.. Ids(golden["seg_positions"]).SelectMany(position => hidden.AsSpan(position * width, width).ToArray())];
            if (states.Length > 0)
            {
                float[] embedding = model.Vision.EncodeGrounding(model.Vision.PreprocessGrounding(image), guard);
                found.MaskLogits = Math.Max(found.MaskLogits, Difference(golden["low_res_masks"].Floats, model.Vision.DecodeMasks(embedding, states, guard)));
            }
        }
    }

    private static int[] Ids(NpyArray array) => array.Type == "<i8" ? [.. array.Longs.ToArray().Select(id => (int)id)] : array.Ints.ToArray();

    private static double Difference(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        if (expected.Length != actual.Length)
        {
            return double.PositiveInfinity;
        }

        double worst = 0;
        for (int index = 0; index < expected.Length; index++)
        {
            double difference = Math.Abs((double)expected[index] - actual[index]);
            worst = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(worst, difference);
        }

        return worst;
    }

    /// <summary>The worst of all dialogues so far.</summary>
    internal sealed class Findings
    {
        private readonly List<string> _different = [];

        public int Dialogues { get; set; }

        public int SameIds { get; private set; }

        public int SameTexts { get; private set; }

        public double Hidden { get; set; }

        public double Logits { get; set; }

        public double MaskLogits { get; set; }

        public double Regions { get; set; }

        public int DecidedPixels { get; set; }

        public int Pixels { get; set; }

        public string Different => _different.Count == 0 ? "all of them" : "not in " + string.Join(", ", _different);

        public void Add(string name, bool ids, bool text)
        {
            SameIds += ids ? 1 : 0;
            SameTexts += text ? 1 : 0;
            if (!ids || !text)
            {
                _different.Add(name);
            }
        }
    }

    /// <summary>One official model and what it answered.</summary>
    internal abstract class Oracle(string root)
    {
        public abstract string Name { get; }

        public abstract string Checkpoint { get; }

        public abstract string VisionTower { get; }

        public abstract IReadOnlyList<string> Names { get; }

        protected string Root => root;

        public abstract NpzFile Golden(string name);

        public abstract string Image(string name);

        /// <summary>Asks the dialogue and compares ids, text and masks.</summary>
        public abstract void Ask(MglmmModel model, string name, Findings found);

        public abstract double LogitsDifference(NpzFile golden, int step, ReadOnlySpan<float> logits);

        protected static JsonDocument Parse(params string[] path) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(path)));

        protected static int[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(id => id.GetInt32())];
    }

    private sealed class MglmmOracle(string root) : Oracle(root)
    {
        private readonly JsonDocument _cases = Parse(root, "A", "golden", "cases.json");

        public override string Name => "MGLMM";

        public override string Checkpoint => Path.Combine(Root, "A", "mglmm-tiny-A");

        public override string VisionTower => Path.Combine(Root, "A", "clip-vit-tiny-patch14-56");

        public override IReadOnlyList<string> Names => [.. _cases.RootElement.GetProperty("cases").EnumerateObject().Select(member => member.Name)];

        public override NpzFile Golden(string name) => NpzFile.Load(Path.Combine(Root, "A", "golden", name + ".npz"));

        public override string Image(string name) => Path.Combine(Root, "images", Case(name).GetProperty("image").GetString()!);

        public override void Ask(MglmmModel model, string name, Findings found)
        {
            Dialogue dialogue = model.OpenImage(Image(name)).StartDialogue();
            if (Case(name).GetProperty("follow_up").GetBoolean())
            {
                Turn(dialogue, name.Replace("__followup", "__gcg", StringComparison.Ordinal));
            }

            GroundedAnswer answer = Turn(dialogue, name);
            JsonElement truth = Case(name);
            found.Add(name, Numbers(truth.GetProperty("generated_ids")).SequenceEqual(answer.TokenIds), truth.GetProperty("text_output").GetString() == answer.Text);
            float[] logits = Golden(name)["mask_logits"].Floats.ToArray();
            int skipped = truth.GetProperty("n_masks_from_prompt").GetInt32();
            for (int index = 0; index < answer.Segments.Count; index++)
            {
                Mask mask = answer.Segments[index].Mask;
                bool[] bitmap = mask.ToBitmap();
                ReadOnlySpan<float> official = logits.AsSpan((skipped + index) * bitmap.Length, bitmap.Length);
                for (int pixel = 0; pixel < bitmap.Length; pixel++)
                {
                    bool differs = bitmap[pixel] != official[pixel] > 0;
                    found.Pixels += differs ? 1 : 0;
                    found.DecidedPixels += differs && Math.Abs(official[pixel]) >= MaskTolerance ? 1 : 0;
                }
            }
        }

        public override double LogitsDifference(NpzFile golden, int step, ReadOnlySpan<float> logits) => Difference(golden["step_logits"].FloatsAt(step), logits);

        private JsonElement Case(string name) => _cases.RootElement.GetProperty("cases").GetProperty(name);

        private GroundedAnswer Turn(Dialogue dialogue, string name) => dialogue.AskAsync(
            Case(name).GetProperty("question").GetString()!, new AskOptions { MaximumNewTokens = Case(name).GetProperty("max_new_tokens").GetInt32() }).GetAwaiter().GetResult();
    }

    private sealed class GlammOracle(string root) : Oracle(root)
    {
        private readonly JsonDocument _expected = Parse(root, "expected.json");
        private readonly JsonDocument _expectedRegions = Parse(root, "expected-regions.json");

        public override string Name => "GLaMM";

        public override string Checkpoint => Path.Combine(Root, "glamm-tiny");

        public override string VisionTower => Path.Combine(Root, "clip-vit-tiny-patch14-252");

        public override IReadOnlyList<string> Names => [.. new[] { _expected, _expectedRegions }.SelectMany(document => document.RootElement.EnumerateObject().Select(member => member.Name).ToArray())];

        public override NpzFile Golden(string name) => NpzFile.Load(Path.Combine(Root, "golden", name + ".npz"));

        public override string Image(string name) => Path.Combine(Root, "images", Expected(name).GetProperty("image").GetString()!);

        public override void Ask(MglmmModel model, string name, Findings found)
        {
            JsonElement expected = Expected(name);
            string[] questions = [.. (expected.TryGetProperty("earlier", out JsonElement earlier) ? earlier.EnumerateArray().Select(question => question.GetString()!) : []), expected.GetProperty("question").GetString()!];
            RegionBox[][] boxes = expected.TryGetProperty("boxes", out JsonElement last)
                ? [.. (expected.TryGetProperty("earlier_boxes", out JsonElement first) ? first.EnumerateArray().ToArray() : []).Append(last).Select(
                    turn => turn.EnumerateArray().Select(box => new RegionBox(box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble())).ToArray())]
                : [.. questions.Select(_ => Array.Empty<RegionBox>())];
            Dialogue dialogue = model.OpenImage(Image(name)).StartDialogue();
            foreach ((string question, RegionBox[] regions) in questions.Zip(boxes))
            {
                _ = dialogue.AskAsync(question, new AskOptions { MaximumNewTokens = expected.GetProperty("max_new_tokens").GetInt32(), Regions = regions }).GetAwaiter().GetResult();
            }

            GroundedAnswer answer = dialogue.Turns[^1];
            found.Add(name, Numbers(expected.GetProperty("generated_ids")).SequenceEqual(answer.TokenIds), expected.GetProperty("text_output").GetString() == answer.Text);
            JsonElement masks = expected.GetProperty("masks");
            for (int index = 0; index < Math.Min(masks.GetArrayLength(), answer.Segments.Count); index++)
            {
                int differing = Differing(Numbers(masks[index]), answer.Segments[index].Mask);
                found.Pixels += differing;
                found.DecidedPixels += Math.Max(0, differing - expected.GetProperty("near_zero")[index].GetInt32());
            }
        }

        public override double LogitsDifference(NpzFile golden, int step, ReadOnlySpan<float> logits)
        {
            const int Best = 5;
            double worst = 0;
            for (int place = 0; golden.Contains("step_top5_ids") && place < Best; place++)
            {
                short id = golden["step_top5_ids"].Shorts[(Best * step) + place];
                worst = Math.Max(worst, Math.Abs(logits[id] - golden["step_top5_logits"].Floats[(Best * step) + place]));
            }

            return worst;
        }

        private JsonElement Expected(string name) =>
            _expected.RootElement.TryGetProperty(name, out JsonElement expected) ? expected : _expectedRegions.RootElement.GetProperty(name);

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

            return differing;
        }
    }
}
