using MGLMM.Runtime.Inference;

namespace MGLMM.Runtime.Tests.Engine;

public sealed class RequestCostsTests
{
    [Fact]
    public void Nothing_is_foreseen_before_the_first_answer() => Assert.Equal(TimeSpan.Zero, new RequestCosts().Predict(false, false, 600, 512));

    [Fact]
    public void A_request_costs_its_own_stages()
    {
        RequestCosts costs = new();
        costs.Learn(Answer(tokens: 20));

        // 4 s and 40 s of encoders, 0.1 s for each position, 0.2 s for each of some 20 tokens, 3 s of masks.
        Assert.Equal(4 + 40 + 10 + 4 + 3, costs.Predict(encoded: false, grounded: false, positions: 100, maximumNewTokens: 512).TotalSeconds, 6);
        Assert.Equal(1 + 4 + 3, costs.Predict(encoded: true, grounded: true, positions: 10, maximumNewTokens: 512).TotalSeconds, 6);
        Assert.Equal(1 + 1 + 3, costs.Predict(encoded: true, grounded: true, positions: 10, maximumNewTokens: 5).TotalSeconds, 6);
    }

    [Fact]
    public void What_an_answer_skipped_says_nothing_and_one_that_waited_for_others_little()
    {
        RequestCosts costs = new();
        costs.Learn(Answer(tokens: 20));
        costs.Learn(Answer(tokens: 20) with { Timings = new AnswerTimings { GlobalEncoderSkipped = true, GroundingEncoderSkipped = true, PromptPositions = 600, ReusedPositions = 600, Decode = TimeSpan.FromSeconds(4) } });
        Assert.Equal(44, Encoders(costs), 6);
        costs.Learn(Answer(tokens: 20, times: 10));
        Assert.InRange(Encoders(costs), 44, 44 * 1.5);
        costs.Learn(Answer(tokens: 20, times: 0.5));
        Assert.InRange(Encoders(costs), 22, 44);
    }

    private static double Encoders(RequestCosts costs) => (costs.Predict(false, false, 0, 0) - costs.Predict(true, true, 0, 0)).TotalSeconds;

    private static GroundedAnswer Answer(int tokens, double times = 1) => GroundedAnswer.FromText("A <p> cat </p> [SEG].", [MGLMM.Masks.Mask.FromBitmap([true], 1, 1)]) with
    {
        TokenIds = [.. Enumerable.Range(0, tokens)],
        Timings = new AnswerTimings
        {
            GlobalEncoder = TimeSpan.FromSeconds(4 * times),
            GroundingEncoder = TimeSpan.FromSeconds(40 * times),
            Prefill = TimeSpan.FromSeconds(60 * times),
            PromptPositions = 600,
            Decode = TimeSpan.FromSeconds(0.2 * tokens * times),
            MaskDecoder = TimeSpan.FromSeconds(2.5 * times),
            Postprocessing = TimeSpan.FromSeconds(0.5 * times),
        },
    };
}
