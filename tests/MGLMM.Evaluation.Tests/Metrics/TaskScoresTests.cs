using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Captions;
using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Predictions;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Tests.Metrics;

/// <summary>The metrics of a task against a hand-made example, with numbers worked out on paper.</summary>
public sealed class TaskScoresTests
{
    private static readonly LabelVocabulary Labels = new(["cat", "dog", "cow"]);

    private static Mask Box(int left, int top, int right, int bottom) => Mask.FromRectangle(20, 10, new PixelBox(left, top, right, bottom));

    private static RunLengths Ignored => RunLengths.Of(Box(10, 0, 20, 10));

    private static SegCapSample Sample(string task, string answer, params (Mask Mask, string Label)[] truth) => new()
    {
        Id = "1",
        Image = "a.png",
        Width = 20,
        Height = 10,
        Task = task,
        Instruction = "?",
        Answer = answer,
        Masks = [.. truth.Select(entry => new RunLengths([10, 20], CocoRle.Encode(entry.Mask)))],
        Labels = [.. truth.Select(entry => entry.Label)],
    };

    /// <param name="truths">Descriptions of the whole task.</param>
    private static TaskScores Scores(params string[] truths) => new(Labels, new DocumentFrequencies(truths.Select(AnswerText.Words)));

    private static Dictionary<string, double> Values(TaskScores scores)
    {
        TaskResult result = scores.Result();
        Assert.All(result.Metrics.Concat(result.Further), metric => Assert.True(metric.Low <= metric.Value + 1e-9 && metric.Value <= metric.High + 1e-9, metric.ToString()));
        return result.Metrics.Concat(result.Further).ToDictionary(metric => metric.Name, metric => metric.Value);
    }

    /// <summary>Labels as imports of referring expressions have them: one inside another, and two that differ in capitals only. The truth itself is a perfect answer.</summary>
    [Theory]
    [InlineData("man", "man in black")]
    [InlineData("The man", "the man")]
    public void The_truth_itself_scores_one_where_labels_are_phrases(string first, string second)
    {
        SegCapSample sample = Sample("reason", $"<p> {first} </p> [SEG] and <p> {second} </p> [SEG] .", (Box(0, 0, 4, 5), first), (Box(10, 0, 14, 5), second));
        LabelVocabulary labels = new(sample.Labels);
        PredictedMask[] answer = [new(Box(0, 0, 4, 5), first), new(Box(10, 0, 14, 5), second)];
        ITaskScores[] protocols = [new TaskScores(labels, new DocumentFrequencies(Array.Empty<IReadOnlyList<string>>())), new CocoScores(labels, new DocumentFrequencies(Array.Empty<IReadOnlyList<string>>()))];
        foreach (ITaskScores scores in protocols)
        {
            scores.Add(sample, sample.Answer, answer);
            Dictionary<string, double> values = scores.Result().Metrics.ToDictionary(metric => metric.Name, metric => metric.Value);
            Assert.Equal((1, 1), (values["pq"], values.GetValueOrDefault("mask_recall", 1)));
        }
    }

    [Fact]
    public void Two_animals_and_two_questions_about_nothing()
    {
        TaskScores scores = Scores();

        // IoU 20/25 and 10/20; the second is called by the wrong name. Together 30 of 45 pixels.
        double quality = scores.Add(
            Sample("reason", "<p> a cat </p> [SEG] and <p> a dog </p> [SEG] .", (Box(0, 0, 4, 5), "cat"), (Box(10, 0, 14, 5), "dog")),
            "<p> a cat </p> [SEG] and <p> a cat </p> [SEG] .",
            [new PredictedMask(Box(0, 0, 5, 5), "a cat"), new PredictedMask(Box(10, 0, 12, 5), "a cat")]);
        Assert.Equal(0.65, quality, 12);

        // Nothing fits: once 10 pixels are marked all the same, once nothing.
        Assert.Equal(0, scores.Add(Sample("reason", "Nothing fits."), "<p> a dog </p> [SEG]", [new PredictedMask(Box(0, 0, 2, 5), "a dog")]));
        Assert.Equal(1, scores.Add(Sample("reason", "Nothing fits."), "Nothing fits.", []));

        Dictionary<string, double> values = Values(scores);
        Assert.Equal(0.65, values["miou"], 12);
        Assert.Equal(0.5, values["mask_recall"], 12);
        Assert.Equal(((30d / 45) + 0 + 1) / 3, values["giou"], 12);
        Assert.Equal(30d / (45 + 10), values["ciou"], 12);
        Assert.Equal(1, values["t_acc"]);
        Assert.Equal(0.5, values["n_acc"]);
        Assert.Equal((0.5, 0.5, 0.5), (values["phrase_f1"], values["phrase_precision"], values["phrase_recall"]));

        // Both truths are hit before the false one comes.
        Assert.Equal(1, values["ap50"], 12);

        // Cat: 0.8 / (1 + 1/2 false). Dog: none matched.
        Assert.Equal(0.8 / 1.5 / 2, values["pq"], 12);
        Assert.DoesNotContain("accuracy", values);
        Assert.DoesNotContain("meteor", values);
    }

    /// <summary>As answers of the official form have it: the phrase that the caption lacks names its mask.</summary>
    [Fact]
    public void A_phrase_that_only_names_its_mask_is_one_of_the_answer_s_phrases()
    {
        TaskScores scores = Scores();
        scores.Add(
            Sample("panoptic", "<p> a cat </p> [SEG] and <p> a dog </p> [SEG] .", (Box(0, 0, 4, 5), "cat"), (Box(10, 0, 14, 5), "dog")),
            "<p>  </p> [SEG] Something and <p> a dog </p> [SEG] .",
            [new PredictedMask(Box(0, 0, 4, 5), "A cat"), new PredictedMask(Box(10, 0, 14, 5), "a dog")]);
        Dictionary<string, double> values = Values(scores);
        Assert.Equal((1, 1, 1), (values["phrase_f1"], values["phrase_precision"], values["phrase_recall"]));
    }

    [Fact]
    public void A_label_that_only_the_answer_names_counts_against_panoptic_quality()
    {
        TaskScores scores = Scores();
        scores.Add(
            Sample("panoptic", "<p> a cat </p> [SEG]", (Box(0, 0, 4, 5), "cat")),
            "<p> a cat </p> [SEG] and <p> a cow </p> [SEG]",
            [new PredictedMask(Box(0, 0, 4, 5), "a cat"), new PredictedMask(Box(10, 0, 14, 5), "a cow")]);

        // Cat 1, cow 0 / (1/2).
        Assert.Equal(0.5, Values(scores)["pq"], 12);
    }

    [Fact]
    public void A_target_without_pixels_is_met_by_a_mask_without_pixels()
    {
        TaskScores scores = Scores();
        scores.Add(Sample("refer_one", "<p> a cat </p> [SEG]", (Mask.Empty(20, 10), "cat")), "<p> a cat </p> [SEG]", [new PredictedMask(Mask.Empty(20, 10), "a cat")]);
        Assert.Equal(1, Values(scores)["giou"]);
    }

    /// <summary>gRefCOCO counts pixels, not masks.</summary>
    [Fact]
    public void A_mask_without_pixels_marks_nothing()
    {
        TaskScores scores = Scores();
        PredictedMask empty = new(Mask.Empty(20, 10), "a cat");
        Assert.Equal(1, scores.Add(Sample("reason", "Nothing fits."), "<p> a cat </p> [SEG]", [empty]));
        scores.Add(Sample("reason", "<p> a cat </p> [SEG]", (Box(0, 0, 4, 5), "cat")), "<p> a cat </p> [SEG]", [empty]);
        Dictionary<string, double> values = Values(scores);
        Assert.Equal((1, 0, 0.5), (values["n_acc"], values["t_acc"], values["giou"]));
    }

    /// <summary>The right half is ignored: half of the dog's truth, most of its answer, and all of a cow.</summary>
    [Fact]
    public void Ignored_pixels_count_neither_for_nor_against_an_answer()
    {
        TaskScores scores = Scores();
        double quality = scores.Add(
            Sample("reason", "<p> a cat </p> [SEG] and <p> a dog </p> [SEG] .", (Box(0, 0, 4, 5), "cat"), (Box(8, 0, 12, 5), "dog")) with { Ignore = Ignored },
            "<p> a cow </p> [SEG] , <p> a cat </p> [SEG] and <p> a dog </p> [SEG] .",
            [new PredictedMask(Box(14, 5, 18, 10), "a cow"), new PredictedMask(Box(0, 0, 4, 5), "a cat"), new PredictedMask(Box(8, 0, 17, 5), "a dog")]);
        Assert.Equal(1, quality);
        Dictionary<string, double> values = Values(scores);
        Assert.All((string[])["miou", "ap50", "mask_recall", "giou", "ciou", "t_acc", "pq"], name => Assert.Equal(1, values[name], 12));
    }

    [Fact]
    public void What_is_marked_in_ignored_pixels_only_marks_nothing()
    {
        TaskScores scores = Scores();
        Assert.Equal(1, scores.Add(Sample("reason", "Nothing fits.") with { Ignore = Ignored }, "<p> a dog </p> [SEG]", [new PredictedMask(Box(12, 0, 16, 5), "a dog")]));

        // Ten of twenty pixels lie outside.
        Assert.Equal(0, scores.Add(Sample("reason", "Nothing fits.") with { Ignore = Ignored }, "<p> a dog </p> [SEG]", [new PredictedMask(Box(8, 0, 12, 5), "a dog")]));
        scores.Add(Sample("reason", "<p> a cat </p> [SEG]", (Box(0, 0, 4, 5), "cat")) with { Ignore = Ignored }, "<p> a cat </p> [SEG]", [new PredictedMask(Box(12, 0, 16, 5), "a cat")]);
        Dictionary<string, double> values = Values(scores);
        Assert.Equal((0.5, 0, 1d / 3, 0), (values["n_acc"], values["t_acc"], values["giou"], values["ciou"]));
    }

    [Fact]
    public void A_target_that_is_ignored_altogether_is_neither_found_nor_missed()
    {
        TaskScores scores = Scores();
        Assert.Equal(1, scores.Add(Sample("reason", "<p> a cat </p> [SEG]", (Box(12, 0, 16, 5), "cat")) with { Ignore = Ignored }, "Nothing.", []));
        Assert.Equal(["giou", "phrase_f1", "phrase_precision", "phrase_recall"], Values(scores).Keys.Order());
        scores.Add(Sample("reason", "<p> a cat </p> [SEG]", (Box(0, 0, 4, 5), "cat"), (Box(12, 0, 16, 5), "cat")) with { Ignore = Ignored }, "<p> a cat </p> [SEG]", [new PredictedMask(Box(0, 0, 4, 5), "a cat")]);
        Dictionary<string, double> values = Values(scores);
        Assert.All((string[])["miou", "ap50", "mask_recall", "giou", "ciou", "t_acc", "pq"], name => Assert.Equal(1, values[name], 12));
    }

    /// <summary>Readers number repeats in the answer and not in the labels.</summary>
    [Fact]
    public void A_truth_with_numbered_repeats_is_met_by_its_own_words()
    {
        TaskScores scores = Scores();
        const string answer = "<p> dog-1 </p> [SEG] , <p> dog-2 </p> [SEG] and <p> cat </p> [SEG] .";
        (Mask Mask, string Label)[] truth = [(Box(0, 0, 4, 5), "dog"), (Box(5, 0, 9, 5), "dog"), (Box(10, 0, 14, 5), "cat")];
        scores.Add(Sample("panoptic", answer, truth), answer, [.. truth.Zip((string[])["dog-1", "dog-2", "cat"], (target, phrase) => new PredictedMask(target.Mask, phrase))]);
        Dictionary<string, double> values = Values(scores);
        Assert.Equal((1, 1), (values["pq"], values["mask_recall"]));
    }

    [Fact]
    public void A_task_without_targets_has_no_cumulative_overlap()
    {
        TaskScores scores = Scores();
        scores.Add(Sample("refer_none", "There is no cat in the picture."), "There is no cat in the picture.", []);
        Assert.Equal(["giou", "n_acc"], Values(scores).Keys.Order());
    }

    [Fact]
    public void Descriptions_have_caption_metrics_with_and_without_masks()
    {
        TaskScores plain = Scores("A cat on a mat.", "One dog sleeps over there.");
        plain.Add(Sample("caption", "A cat on a mat."), "A cat on a mat.</s>", []);
        plain.Add(Sample("caption", "One dog sleeps over there."), "One dog sleeps over there.", []);
        Dictionary<string, double> values = Values(plain);
        Assert.Equal(["cider", "meteor"], values.Keys.Order());
        Assert.Equal(10, values["cider"], 9);
        Assert.Equal(1 - (0.5 / 125), values["meteor"], 12);

        TaskScores grounded = Scores();
        grounded.Add(
            Sample("instance", "There is <p> a cat </p> [SEG] .", (Box(0, 0, 4, 5), "cat")),
            "There is <p> a cat </p> [SEG] .",
            [new PredictedMask(Box(0, 0, 4, 5), "a cat")]);
        Assert.Equal(1 - (0.5 / 64), Values(grounded)["meteor"], 12);
    }

    /// <summary>So a part of the samples is scored as it is among all of them.</summary>
    [Fact]
    public void A_caption_is_weighed_by_the_truths_of_the_whole_task()
    {
        TaskScores scores = Scores("A cat on a mat.", "One dog sleeps over there.");
        scores.Add(Sample("caption", "A cat on a mat."), "A cat on a mat.", []);
        Assert.Equal(10, Values(scores)["cider"], 9);
    }

    [Fact]
    public void A_question_is_right_or_wrong_even_where_the_truth_denies()
    {
        TaskScores scores = Scores();
        Assert.Equal(0, scores.Add(Sample("question", "There is no dog."), "Two dogs.", []));
        Assert.Equal(0, scores.Add(Sample("follow_up", "Nothing is on the table.") with { Wording = "ask" }, "A cup.", []));
        Assert.Equal(["accuracy"], Values(scores).Keys);
    }

    [Theory]
    [InlineData("It is red.", "it is red", 1)]
    [InlineData("It is red.", "It is <p> red </p>.", 1)]
    [InlineData("It is red.", "It is blue.", 0)]
    public void Short_answers_are_the_same_words_or_wrong(string wanted, string said, double expected)
    {
        TaskScores scores = Scores();
        Assert.Equal(expected, scores.Add(Sample("question", wanted), said, []));
        Assert.Equal(expected, Values(scores)["accuracy"]);
    }
}
