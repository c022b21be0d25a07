using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Metrics;

namespace MGLMM.Evaluation.Tests.Metrics;

public sealed class PairScoresTests
{
    [Fact]
    public void A_model_that_always_says_yes_gets_half_of_the_questions_and_no_pair()
    {
        Dictionary<string, double> values = Score((true, "Yes, there is."), (false, "Yes, there is."), (false, "Yes."), (true, "yes"));
        Assert.Equal((0.5, 0, 1), (values["accuracy"], values["both_right"], values["says_yes"]));
    }

    [Fact]
    public void Yes_and_no_count_however_they_go_on_and_anything_else_is_wrong()
    {
        // Right, right; right, wrong: three of four questions, one of two pairs.
        Dictionary<string, double> values = Score((true, "Yes, a dog."), (false, "No."), (true, "Yes"), (false, "There is none."));
        Assert.Equal((0.75, 0.5, 0.5), (values["accuracy"], values["both_right"], values["says_yes"]));
    }

    private static Dictionary<string, double> Score(params (bool Truth, string Answer)[] questions)
    {
        PairScores scores = new();
        foreach ((bool truth, string answer) in questions)
        {
            scores.Add(
                new SegCapSample { Id = "1", Image = "a.png", Width = 1, Height = 1, Task = "question", Instruction = "?", Answer = truth ? "Yes, there is." : "No, there is not.", Pair = "kind", Truth = truth },
                answer);
        }

        TaskResult result = scores.Result();
        return result.Metrics.Concat(result.Further).ToDictionary(metric => metric.Name, metric => metric.Value);
    }
}
