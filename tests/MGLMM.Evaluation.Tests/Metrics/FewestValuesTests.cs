using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Captions;
using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Predictions;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Tests.Metrics;

/// <summary>Metrics of the fewest values that define them: one truth, one draw, one letter, one side without a phrase.</summary>
public sealed class FewestValuesTests
{
    private static readonly Mask Square = Mask.FromRectangle(20, 10, new PixelBox(0, 0, 4, 5));

    [Fact]
    public void Phrases_of_one_side_only_are_neither_precise_nor_recalled()
    {
        Assert.Equal(new PhraseScores(0, 0, 0), PhraseScores.Of(["a cat"], []));
        Assert.Equal(new PhraseScores(0, 0, 0), PhraseScores.Of([], ["a cat"]));
        Assert.Equal(new PhraseScores(1, 1, 1), PhraseScores.Of([], []));
        Assert.Equal(new PhraseScores(0.5, 1, 2.0 / 3), PhraseScores.Of(["a cat"], ["a cat", "a dog"]));
    }

    [Fact]
    public void One_truth_is_enough_for_a_recall()
    {
        TaskScores scores = new(new LabelVocabulary(["cat"]), new DocumentFrequencies(Array.Empty<IReadOnlyList<string>>()));
        Assert.Equal(1, scores.Add(Sample("<p> a cat </p> [SEG] .", "cat"), "<p> a cat </p> [SEG] .", [new PredictedMask(Square, "a cat")]), 12);
        Assert.Equal(new Metric("mask_recall", 1, 1, 1), Assert.Single(scores.Result().Metrics, metric => metric.Name == "mask_recall"));
        Assert.Equal(new Metric("ciou", 1, 1, 1), Assert.Single(scores.Result().Metrics, metric => metric.Name == "ciou"));
    }

    [Fact]
    public void A_label_may_be_one_letter() => Assert.Equal(["b", "a"], new[] { "a b", "b, a" }.Select(new LabelVocabulary(["a", "b"]).Of));

    [Fact]
    public void One_defined_draw_is_an_interval_and_none_is_not()
    {
        int draws = 0;
        Assert.Equal((0.25, 0.25), Bootstrap.Interval(3, _ => draws++ == 500 ? 0.25 : null));
        Assert.Equal(1000, draws);
        Assert.Null(Bootstrap.Interval(3, _ => null));
    }

    [Fact]
    public void A_pair_whose_first_question_is_answered_wrong_is_not_right()
    {
        PairScores scores = new();
        scores.Add(Question(truth: true), "no");
        scores.Add(Question(truth: false), "no");
        TaskResult result = scores.Result();
        Assert.Equal(0.5, Assert.Single(result.Metrics).Value);
        Assert.Equal([("both_right", 0d), ("says_yes", 0d)], result.Further.Select(metric => (metric.Name, metric.Value)));
    }

    [Fact]
    public void Without_a_target_nothing_is_cumulated()
    {
        MglmmScores scores = new(new DocumentFrequencies(Array.Empty<IReadOnlyList<string>>()), (_, _) => 0);
        Assert.Equal(1, scores.Add(Sample("There is no cat."), "There is no cat.", []), 4);
        Assert.Equal(["giou"], scores.Result().Metrics.Select(metric => metric.Name));

        // Marked all the same, it is wrong.
        Assert.Equal(0, scores.Add(Sample("There is no cat."), "<p> a cat </p> [SEG]", [new PredictedMask(Square, "a cat")]), 12);
    }

    [Fact]
    public void A_task_of_one_granularity_is_not_told_by_granularity()
    {
        SegCapSample[] one = [Sample("<p> a cat </p> [SEG] .", "cat") with { Granularity = "instance" }];
        Assert.Empty(Granularities(one));
        Assert.Equal(["instance", "panoptic"], Granularities([.. one, one[0] with { Granularity = "panoptic" }]));

        static IEnumerable<string> Granularities(SegCapSample[] samples)
        {
            Scoring scoring = new(samples, EvaluationProtocol.Own, (_, _) => 0);
            foreach (SegCapSample sample in samples)
            {
                scoring.Add(sample, new Prediction(sample.Id, sample.Image, string.Empty, sample.Instruction, "Nothing fits.", []));
            }

            return scoring.Granularities().SelectMany(task => task.Value.Keys).Order(StringComparer.Ordinal);
        }
    }

    private static SegCapSample Question(bool truth) => Sample(truth ? "yes" : "no") with { Task = "question", Pair = "colour", Truth = truth };

    private static SegCapSample Sample(string answer, params string[] labels) => new()
    {
        Id = "1",
        Image = "a.png",
        Width = 20,
        Height = 10,
        Task = "reason",
        Instruction = "?",
        Answer = answer,
        Masks = [.. labels.Select(_ => new RunLengths([10, 20], CocoRle.Encode(Square)))],
        Labels = labels,
    };
}
