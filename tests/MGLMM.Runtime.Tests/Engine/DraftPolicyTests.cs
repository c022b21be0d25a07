using MGLMM.Runtime.Answers;

namespace MGLMM.Runtime.Tests.Engine;

/// <summary>Guessing pays where further rows are cheap and guesses are right; both are learnt.</summary>
public sealed class DraftPolicyTests
{
    [Theory]
    [InlineData(0, 8)]
    [InlineData(0.02, 8)]
    [InlineData(1, 0)]
    public void The_price_of_a_row_decides_how_much_is_guessed(double price, int expected)
    {
        RunCosts costs = new();
        costs.Pin(price);
        Assert.Equal(expected, new DraftPolicy(costs).Length(4, 8));
    }

    /// <summary>Guesses that are right five times of six give five tokens a run where further rows are free; company gives one for each answer.</summary>
    [Theory]
    [InlineData(0, 4, false, 8)]
    [InlineData(0, 4, true, 0)]
    [InlineData(0, 3, true, 8)]
    [InlineData(0, 8, false, 0)]
    [InlineData(0.3, 4, false, 0)]
    [InlineData(0.1, 2, false, 7)]
    [InlineData(1, 2, false, 0)]
    public void A_guess_has_to_give_more_than_the_company_of_other_answers(double price, int company, bool moves, int expected)
    {
        RunCosts costs = new();
        costs.Pin(price);
        Assert.Equal(expected, new DraftPolicy(costs).Length(4, 8, company, moves));
    }

    [Fact]
    public void Wrong_guesses_end_guessing_and_right_ones_bring_it_back()
    {
        RunCosts costs = new();
        costs.Pin(0.3);
        DraftPolicy policy = new(costs);
        Assert.True(policy.Length(3, 8) > 0);
        for (int index = 0; index < 10; index++)
        {
            policy.Verified(3, 4, 0);
        }

        Assert.Equal(0, policy.Length(3, 8));
        Assert.True(policy.Length(4, 8) > 0, "Longer matches are judged by themselves.");
        for (int index = 0; index < 10; index++)
        {
            policy.Verified(3, 4, 4);
        }

        Assert.True(policy.Length(3, 8) > 4);
    }

    [Fact]
    public void Costs_are_learnt_and_one_slow_run_does_not_spoil_them()
    {
        RunCosts costs = new();
        Assert.Equal(1, costs.ExtraRow);
        for (int index = 0; index < 50; index++)
        {
            costs.Add(1, 100);
            costs.Add(5, 140);
        }

        Assert.Equal(0.1, costs.ExtraRow, 0.01);
        costs.Add(5, 100_000);
        Assert.True(costs.ExtraRow < 0.25);
    }

    [Fact]
    public void Nothing_is_guessed_before_a_price_is_known_and_the_first_price_is_a_prompts()
    {
        RunCosts costs = new();
        DraftPolicy policy = new(costs);
        Assert.Equal(0, policy.Length(4, 8));

        // Few rows say nothing; a prompt says what a row costs, and the first token what a run of one does.
        costs.AddPrompt(31, 31);
        costs.Add(1, 100);
        Assert.Equal(1, costs.ExtraRow);
        costs.AddPrompt(500, 20_000);
        Assert.Equal(0.4, costs.ExtraRow, 0.001);
        Assert.Equal(3, policy.Length(4, 8));

        // A prompt that was disturbed counts little, and what drafts really cost counts from the first one.
        costs.AddPrompt(500, 50_000_000);
        Assert.Equal(0.48, costs.ExtraRow, 0.001);
        costs.Add(3, 104);
        Assert.Equal(0.02, costs.ExtraRow, 0.001);
        costs.Add(1, 100);
        Assert.InRange(costs.ExtraRow, 0.019, 0.02);

        // Rows that are free are known to be.
        RunCosts free = new();
        free.AddPrompt(500, 20_000);
        free.Add(1, 100);
        free.Add(3, 100);
        Assert.Equal(0, free.ExtraRow);
    }

    [Fact]
    public void Guesses_continue_the_latest_text_with_the_same_last_tokens()
    {
        RunCosts costs = new();
        costs.Pin(0);
        DraftLookup drafts = new([[1, 2, 3, 4, 5, 6], [9, 2, 3, 7, 8]], [50, 2], 10, new DraftPolicy(costs));
        drafts.Append(3);
        Span<int> draft = stackalloc int[4];
        Assert.Equal([7, 8], draft[..drafts.Guess(draft)].ToArray());

        // Nothing ends like this; nothing is guessed.
        drafts.Append(99);
        Assert.Equal(0, drafts.Guess(draft));
        Assert.Equal([50, 2, 3, 99], drafts.Transcript);
    }
}
