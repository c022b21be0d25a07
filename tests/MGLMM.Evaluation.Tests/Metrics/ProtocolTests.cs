using System.Text.Json;
using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Captions;
using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Predictions;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Tests.Metrics;

/// <summary>The published protocols on examples whose values the official functions gave, or that follow from their formulas on paper.</summary>
public sealed class ProtocolTests
{
    private static readonly DocumentFrequencies NoFrequencies = new(Array.Empty<IReadOnlyList<string>>());

    /// <summary>pycocotools: 0.505 or 0.126, depending only on which id sorts first.</summary>
    [Theory]
    [InlineData("1", "2", 51d / 101)]
    [InlineData("2", "1", 51d / 101 / 4)]
    [InlineData("10", "9", 51d / 101)]
    public void Average_precision_depends_on_the_order_of_ids_as_texts(string right, string wrong, double expected)
    {
        Mask[] truth = [Box(0, 0, 5, 5)];
        Mask[] misses = [Box(10, 0, 15, 5), Box(10, 5, 15, 10), Box(5, 5, 10, 10)];
        AveragePrecision precision = new();
        precision.Add(misses, truth, wrong);
        precision.Add(truth, truth, right);
        Assert.Equal(expected, precision.Value()!.Value, 12);
        Assert.Equal(expected, precision.Value([1, 0])!.Value, 12);
    }

    /// <summary>A recall of 35/100 lies below NumPy's step 35 * 0.01, which is 0.35000000000000003.</summary>
    [Fact]
    public void Average_precision_reads_off_at_numpys_steps()
    {
        AveragePrecision precision = new();
        Mask[] all = [.. Enumerable.Range(0, 100).Select(index => Box(index % 20, index / 20, (index % 20) + 1, (index / 20) + 1))];
        precision.Add([.. all.Take(35)], all);
        Assert.Equal(35d / 101, precision.Value()!.Value, 12);
    }

    [Fact]
    public void One_of_three_found_perfectly_is_a_whole_miou_and_a_third_of_recall()
    {
        MglmmScores scores = new(NoFrequencies, ExactSimilarity.Compare);
        scores.Add(ThreeThings(), "<p> a cat </p> [SEG]", [new PredictedMask(Box(0, 0, 4, 5), "a cat")]);
        Dictionary<string, double> values = Values(scores);
        Assert.Equal((1, 1d / 3), (values["miou"], values["mask_recall"]));
    }

    /// <summary>The official function: the best pair misnamed ends the picture, 0 of 3.</summary>
    [Fact]
    public void Recall_ends_at_the_first_pair_that_fails()
    {
        MglmmScores scores = new(NoFrequencies, ExactSimilarity.Compare);
        scores.Add(
            ThreeThings(),
            "<p> a bird </p> [SEG] <p> a dog </p> [SEG] <p> a cow </p> [SEG]",
            [new PredictedMask(Box(0, 0, 4, 5), "a bird"), new PredictedMask(Box(10, 0, 14, 4), "a dog"), new PredictedMask(Box(15, 0, 19, 4), "a cow")]);
        Assert.Equal(0, Values(scores)["mask_recall"]);
    }

    /// <summary>The official function returns (0, 0) for such a picture.</summary>
    [Fact]
    public void A_matched_mask_without_a_phrase_drops_its_picture_from_recall()
    {
        MglmmScores scores = new(NoFrequencies, ExactSimilarity.Compare);
        scores.Add(ThreeThings(), "[SEG]", [new PredictedMask(Box(0, 0, 4, 5), null)]);
        Assert.DoesNotContain("mask_recall", Values(scores));
        scores.Add(ThreeThings(), "<p> a cat </p> [SEG]", [new PredictedMask(Box(0, 0, 4, 5), "a cat")]);
        Assert.Equal(1d / 3, Values(scores)["mask_recall"]);
    }

    /// <summary>Truth 20 pixels, of which 10 are found; 10 more are marked where the sample ignores pixels.</summary>
    [Fact]
    public void Lisa_leaves_ignored_pixels_out_and_mglmm_takes_them_for_background()
    {
        SegCapSample sample = Sample("reason", "Sure, [SEG].", (Box(0, 0, 4, 5), "target")) with { Ignore = Rle(Box(10, 0, 20, 10)) };
        PredictedMask[] answer = [new(Box(0, 0, 2, 5), null), new(Box(10, 0, 12, 5), null)];
        (LisaScores lisa, MglmmScores mglmm) = (new LisaScores(), new MglmmScores(NoFrequencies, ExactSimilarity.Compare));
        lisa.Add(sample, "Sure, [SEG].", answer);
        mglmm.Add(sample, "Sure, [SEG].", answer);
        Assert.Equal((10 / (20 + 1e-5), 10 / (20 + 1e-10)), (Values(lisa)["giou"], Values(lisa)["ciou"]));
        Assert.Equal((10 / (30 + 1e-5), 10 / (30 + 1e-10)), (Values(mglmm)["giou"], Values(mglmm)["ciou"]));
    }

    [Fact]
    public void A_target_that_is_ignored_altogether_counts_one_if_nothing_else_is_marked()
    {
        LisaScores scores = new();
        scores.Add(Sample("reason", "Sure, [SEG].", (Box(0, 0, 4, 5), "target")) with { Ignore = Rle(Box(0, 0, 10, 10)) }, "No.", []);
        Assert.Equal(1, Values(scores)["giou"]);
    }

    /// <summary>
    /// A target found with IoU 10/20; a target flagged as none; no target, flagged; no target, an empty mask (not flagged); no target, 5 pixels marked.
    /// ReLA: gIoU (.5 + 0 + 1 + 0 + 0) / 5, cIoU 10 / (20 + 20 + 5).
    /// </summary>
    [Fact]
    public void Rela_goes_by_what_the_model_says()
    {
        RelaScores scores = new();
        SegCapSample target = Sample("refer_one", "<p> a cat </p> [SEG]", (Box(0, 0, 4, 5), "cat"));
        SegCapSample none = Sample("refer_none", "There is none.") with { Target = SegCapTarget.None };
        scores.Add(target, "[SEG]", [new PredictedMask(Box(0, 0, 2, 5), null)]);
        scores.Add(target, "None.", []);
        scores.Add(none, "None.", []);
        scores.Add(none, "[SEG]", [new PredictedMask(Mask.Empty(20, 10), null)]);
        scores.Add(none, "[SEG]", [new PredictedMask(Box(0, 0, 1, 5), null)]);
        Dictionary<string, double> values = Values(scores);
        Assert.Equal(1.5 / 5, values["giou"], 12);
        Assert.Equal(10d / 45, values["ciou"], 12);
        Assert.Equal((0.5, 0.5), (values["t_acc"], values["t_acc_pixel"]));
        Assert.Equal((1d / 3, 2d / 3), (values["n_acc"], values["n_acc_pixel"]));
        Assert.Equal(0, values["pr70"]);
    }

    [Fact]
    public void Expressions_of_all_kinds_are_one_data_set()
    {
        SegCapSample target = Sample("refer_many", "<p> cats </p> [SEG]", (Box(0, 0, 4, 5), "cats"));
        SegCapSample none = Sample("refer_none", "There is none.") with { Id = "2", Target = SegCapTarget.None };
        Scoring scoring = new([target, none], EvaluationProtocol.Rela, ExactSimilarity.Compare);
        scoring.Add(target, new Prediction("1", "a.png", string.Empty, "?", "[SEG]", [new PredictedSegment(null, Rle(Box(0, 0, 4, 5)))]));
        scoring.Add(none, new Prediction("2", "a.png", string.Empty, "?", "None.", []));
        IReadOnlyDictionary<string, TaskResult> tasks = scoring.Tasks();
        Assert.Equal(["refer", "refer_many", "refer_none"], tasks.Keys.Order());
        Assert.Equal(2, tasks["refer"].Count);
        Assert.Equal(["giou", "ciou", "t_acc", "n_acc", "t_acc_pixel", "n_acc_pixel"], tasks["refer"].Metrics.Select(metric => metric.Name));
    }

    [Fact]
    public void Mglmm_asks_the_first_sentence_of_a_reference_only()
    {
        SegCapSample[] samples = [Of("grefcoco", 1, "a"), Of("grefcoco", 1, "b"), Of("grefcoco", 2, "c"), Of("refcoco", 1, "d"), Of("refcoco", 1, "e")];
        Assert.Equal(["a", "c", "d", "e"], ProtocolSamples.Of(samples, EvaluationProtocol.Mglmm).Select(sample => sample.Id));
        Assert.Equal(5, ProtocolSamples.Of(samples, EvaluationProtocol.Rela).Count());

        static SegCapSample Of(string dataset, int reference, string id) => Sample("refer_none", "None.") with
        {
            Id = id,
            Source = new SegCapSource { Dataset = dataset, Split = "val", Ids = new Dictionary<string, JsonElement> { ["ref_id"] = JsonSerializer.SerializeToElement(reference) } },
        };
    }

    /// <summary>Truth: cat of 20 pixels; void 5 columns, a crowd of dogs 5 columns. By hand, after panopticapi's rules.</summary>
    [Fact]
    public void Coco_leaves_void_out_of_unions_and_forgives_what_lies_in_void_or_a_crowd()
    {
        SegCapSample sample = Sample("panoptic", "<p> cat </p> [SEG]", (Box(0, 0, 4, 5), "cat")) with
        {
            Ignore = Rle(Box(4, 0, 14, 10)),
            Regions = [new SegCapRegion { Id = "1", Label = "dog", Mask = Rle(Box(9, 0, 14, 10)), Crowd = true }],
        };
        CocoScores scores = new(new LabelVocabulary(["cat", "dog"]), NoFrequencies);
        scores.Add(
            sample,
            string.Empty,
            [
                new PredictedMask(Box(0, 0, 8, 5), "a cat"), // 20 shared, 20 in void: IoU 20 / (40 + 20 - 20 - 20) = 1
                new PredictedMask(Box(4, 5, 10, 10), "a cat"), // 25 of 30 in void: not false
                new PredictedMask(Box(10, 0, 16, 5), "a dog"), // 20 of 30 in the crowd: not false
                new PredictedMask(Box(10, 5, 16, 10), "a cat"), // 20 of 30 in another category's crowd: false
                new PredictedMask(Box(16, 0, 20, 5), "a dog"), // false
                new PredictedMask(Box(16, 5, 20, 10), "a cow"), // no category
            ]);
        Dictionary<string, double> values = Values(scores);

        // Cat: 1 / (1 + 1/2). Dog: 0.
        Assert.Equal(1 / 1.5 / 2, values["pq"], 12);
        Assert.Equal((0.5, 1 / 1.5 / 2), (values["sq"], values["rq"]));
    }

    /// <summary>The found part, ignored altogether, would leave a union of 0 pixels; ignored in part, one smaller than what is shared.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    public void Coco_takes_no_pixel_of_the_truth_for_void(int ignoredColumns)
    {
        CocoScores scores = new(new LabelVocabulary(["cat"]), NoFrequencies);
        scores.Add(Sample("panoptic", "<p> cat </p> [SEG]", (Box(0, 0, 4, 5), "cat")) with { Ignore = Rle(Box(0, 0, ignoredColumns, 5)) }, string.Empty, [new PredictedMask(Box(0, 0, 4, 5), "a cat")]);
        Assert.Equal((1, 1), (Values(scores)["pq"], Values(scores)["sq"]));
    }

    /// <summary>
    /// pycocotools' rule: what hits no truth and has half of its own area in a crowd does not count; the rest is false. The instances' reader has crowds under
    /// <c>ignore</c>, the panoptic one as regions too.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Coco_forgives_an_answer_on_a_crowd_and_not_one_beside_it(bool isRegion)
    {
        SegCapSample sample = Sample("instance", "<p> cat </p> [SEG]", (Box(0, 0, 4, 5), "cat")) with
        {
            Ignore = Rle(Box(10, 0, 20, 10)),
            Regions = isRegion ? [new SegCapRegion { Id = "1", Label = "cat", Mask = Rle(Box(10, 0, 20, 10)), Crowd = true }] : [],
        };
        PredictedMask[] forgiven = [new(Box(10, 0, 14, 5), "cats"), new(Box(8, 5, 12, 10), "cats")];
        PredictedMask found = new(Box(0, 0, 4, 5), "a cat");
        Assert.Equal(1, PrecisionOf([.. forgiven, found]), 12);

        // Of six columns two lie in the crowd: false, before the one that is right.
        Assert.Equal(0.5, PrecisionOf([.. forgiven, new PredictedMask(Box(6, 5, 12, 10), "cats"), found]), 12);

        double PrecisionOf(PredictedMask[] answer)
        {
            CocoScores scores = new(new LabelVocabulary(["cat"]), NoFrequencies);
            scores.Add(sample, string.Empty, answer);
            return Values(scores)["ap50"];
        }
    }

    [Fact]
    public void Of_overlapping_segments_the_later_has_the_pixels()
    {
        CocoPanopticQuality quality = new();
        quality.Add([(Box(0, 0, 8, 5), "cat"), (Box(4, 0, 8, 5), "dog")], [(Box(0, 0, 4, 5), "cat"), (Box(4, 0, 8, 5), "dog")], [], Mask.Empty(20, 10));
        (MetricList metrics, MetricList further) = (new MetricList(), new MetricList());
        quality.List(metrics, further);
        Assert.Equal(1, metrics.Metrics.Single().Value);
    }

    /// <summary>Of two references one is met: METEOR is the better, 1 - .5 / 4^3, CIDEr-D the mean of 10 and 0.</summary>
    [Fact]
    public void Of_several_references_meteor_takes_the_best_and_cider_the_mean()
    {
        SegCapSample sample = Sample("caption", "red cats sleep well") with { References = ["red cats sleep well", "two grey dogs bark"] };
        SegCapSample other = Sample("caption", "here stands nothing else");
        Descriptions descriptions = new(new DocumentFrequencies([Descriptions.References(sample), Descriptions.References(other)]), null);
        descriptions.Add(sample, "Red cats sleep well.");
        MetricList metrics = new();
        descriptions.List(metrics);
        Assert.Equal(1 - (0.5 / 64), metrics.Metrics[0].Value, 12);
        Assert.Equal(5, metrics.Metrics[1].Value, 12);
    }

    /// <summary>An n-gram that both references of a sample hold counts once: log(2 / 1), not log(2 / 2).</summary>
    [Fact]
    public void A_sample_counts_once_however_many_of_its_references_hold_a_word()
    {
        DocumentFrequencies frequencies = new([(IReadOnlyList<IReadOnlyList<string>>)[["cat"], ["cat"]], [["dog"]]]);
        Assert.Equal(Math.Log(2), frequencies.WeightOf("cat"), 12);
    }

    private static SegCapSample ThreeThings() => Sample(
        "panoptic",
        "<p> a cat </p> [SEG] <p> a dog </p> [SEG] <p> a cow </p> [SEG]",
        (Box(0, 0, 4, 5), "a cat"),
        (Box(10, 0, 14, 5), "a dog"),
        (Box(15, 0, 19, 5), "a cow"));

    private static Mask Box(int left, int top, int right, int bottom) => Mask.FromRectangle(20, 10, new PixelBox(left, top, right, bottom));

    private static RunLengths Rle(Mask mask) => new([mask.Height, mask.Width], CocoRle.Encode(mask));

    private static SegCapSample Sample(string task, string answer, params (Mask Mask, string Label)[] truth) => new()
    {
        Id = "1",
        Version = 2,
        Image = "a.png",
        Width = 20,
        Height = 10,
        Task = task,
        Instruction = "?",
        Answer = answer,
        Masks = [.. truth.Select(entry => Rle(entry.Mask))],
        Labels = [.. truth.Select(entry => entry.Label)],
    };

    private static Dictionary<string, double> Values(ITaskScores scores)
    {
        TaskResult result = scores.Result();
        return result.Metrics.Concat(result.Further).ToDictionary(metric => metric.Name, metric => metric.Value);
    }
}
