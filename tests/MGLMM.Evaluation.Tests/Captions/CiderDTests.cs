using MGLMM.Evaluation.Captions;

namespace MGLMM.Evaluation.Tests.Captions;

/// <summary>CIDEr-D against its definition, worked out by hand and by a program apart.</summary>
public sealed class CiderDTests
{
    private static double[] Scores(params (string Candidate, string Reference)[] pairs)
    {
        CiderD cider = new(new DocumentFrequencies(pairs.Select(pair => CaptionTokens.Of(pair.Reference))));
        foreach ((string candidate, string reference) in pairs)
        {
            cider.Add(CaptionTokens.Of(candidate), CaptionTokens.Of(reference));
        }

        return cider.Scores();
    }

    [Fact]
    public void The_truth_itself_scores_ten_and_other_words_nothing()
    {
        double[] scores = Scores(("a red house on green grass", "a red house on green grass"), ("nothing of this kind here", "one white boat sails at sea"));
        Assert.Equal(10, scores[0], 12);
        Assert.Equal(0, scores[1]);
    }

    [Fact]
    public void Rare_words_count_and_words_of_every_reference_do_not()
    {
        // "a" is in both references and weighs log(2/2) = 0, all else log 2. One of two words: 1/2. "a red" of "a red", "red house": 1/2.
        // No longer n-gram is common: 10 (1/2 + 1/2 + 0 + 0) / 4.
        Assert.Equal(2.5, Scores(("a red boat", "a red house"), ("x", "a blue boat"))[0], 12);
    }

    [Fact]
    public void What_is_said_thrice_counts_once()
    {
        // min(3, 1) over the norms 3 and sqrt(3).
        Assert.Equal(10 / (3 * Math.Sqrt(3)) / 4, Scores(("red red red", "red house tree"), ("x", "one boat"))[0], 12);
    }

    [Fact]
    public void Another_length_costs_a_gaussian_of_six_words()
    {
        // Words 2 / sqrt(2 * 3), pairs 1 / sqrt(1 * 2), and exp(-1 / 72) for the missing word.
        double expected = 10 * ((2 / Math.Sqrt(6)) + (1 / Math.Sqrt(2))) / 4 * Math.Exp(-1 / 72d);
        Assert.Equal(expected, Scores(("red house", "red house tree"), ("x", "one boat"))[0], 12);
    }

    /// <summary>
    /// By a few lines of Python that follow coco-caption's definition and reproduce the value published with SummEval's test sentences
    /// (2.5759014911864084).
    /// </summary>
    [Fact]
    public void Four_captions_score_what_the_definition_gives()
    {
        double[] scores = Scores(
            ("a red house stands on the green grass", "a red house stands on green grass under a blue sky"),
            ("a man in a blue shirt walks on the beach", "a man in a red shirt walks along the beach"),
            ("a white cloud and a yellow sun", "a yellow sun and a white cloud over the sea"),
            ("a dog sleeps", "a brown dog sleeps on the rug"));
        double[] expected = [4.532392262299747, 4.43621153732444, 4.0577385749055495, 1.944230799956959];
        Assert.Equal(expected, scores, (wanted, got) => Math.Abs(wanted - got) < 1e-12);
    }
}
