using System.Text.Json;
using MGLMM.Masks;

namespace MGLMM.Runtime.Tests.Engine;

/// <summary>Answers that are decoded at the same time share runs, and are those that each gets alone: the official code's ids.</summary>
public sealed class StepSharingTests(OracleFixture oracle)
{
    private static readonly string[] Cases =
    [
        "landscape_97x61__gcg", "landscape_97x61__referring", "portrait_50x83__gcg", "portrait_50x83__referring", "square_163x163__gcg", "square_163x163__referring",
        "extra__noseg", "extra__limit_last_is_seg",
    ];

    [Fact]
    public async Task Every_mix_of_answers_has_the_official_ids()
    {
        // The suite's share of a thousand mixes, which `Benchmarks -- mixes` makes.
        const int Mixes = 30;
        using MglmmModel model = Load();
        Random random = new(20261128);
        for (int mix = 0; mix < Mixes; mix++)
        {
            string[] names = [.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => Cases[random.Next(Cases.Length)])];
            int[] pauses = [.. names.Select(_ => random.Next(3))];
            await Task.WhenAll(names.Select(async (name, index) =>
            {
                for (int pause = 0; pause < pauses[index]; pause++)
                {
                    await Task.Yield();
                }

                AssertOfficial(name, await AskAsync(model, name));
            }));
        }

        Assert.True(model.Sharing.SharedRuns > Mixes, $"{model.Sharing.SharedRuns} runs were shared.");
        Assert.True(model.Sharing.SharedSteps > 2 * model.Sharing.SharedRuns);
    }

    [Fact]
    public async Task What_was_said_in_company_is_gone_on_with_alone()
    {
        using MglmmModel alone = Load(shared: 1);
        using MglmmModel model = Load();
        string[] names = ["landscape_97x61__gcg", "portrait_50x83__gcg", "square_163x163__gcg"];
        Dialogue[] dialogues = [.. names.Select(name => model.OpenImage(PictureOf(name)).StartDialogue())];
        GroundedAnswer[] first = await Task.WhenAll(names.Select((name, index) => dialogues[index].AskAsync(QuestionOf(name), OptionsOf(name))));
        Assert.True(model.Sharing.SharedRuns > 0);
        for (int index = 0; index < names.Length; index++)
        {
            AssertOfficial(names[index], first[index]);
            Dialogue other = alone.OpenImage(PictureOf(names[index])).StartDialogue();
            await other.AskAsync(QuestionOf(names[index]), OptionsOf(names[index]));
            GroundedAnswer expected = await other.AskAsync("And what is behind it?");
            GroundedAnswer answer = await dialogues[index].AskAsync("And what is behind it?");
            Assert.Equal(expected.TokenIds, answer.TokenIds);
            Assert.Equal(expected.Segments.Select(segment => segment.Mask), answer.Segments.Select(segment => segment.Mask), (left, right) => left.IntersectionOverUnion(right) == 1);

            // What was written in the shared buffers came back: the follow-up reads its own words alone.
            Assert.Equal(expected.Timings.ReusedPositions, answer.Timings.ReusedPositions);
        }
    }

    [Fact]
    public async Task One_who_leaves_half_way_costs_the_others_nothing()
    {
        using MglmmModel model = Load();
        using CancellationTokenSource stop = new();
        int told = 0;
        Dialogue left = model.OpenImage(PictureOf("landscape_97x61__gcg")).StartDialogue();
        Task leaving = Task.Run(async () =>
        {
            await foreach (AnswerPiece _ in left.StreamAsync(QuestionOf("landscape_97x61__gcg"), OptionsOf("landscape_97x61__gcg"), stop.Token))
            {
                if (++told == 3)
                {
                    await stop.CancelAsync();
                }
            }
        });
        Task<GroundedAnswer>[] staying = [.. ((string[])["portrait_50x83__gcg", "square_163x163__gcg"]).Select(name => AskAsync(model, name))];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        AssertOfficial("portrait_50x83__gcg", await staying[0]);
        AssertOfficial("square_163x163__gcg", await staying[1]);

        // The picture's positions, and what else was kept, are as they were.
        AssertOfficial("landscape_97x61__gcg", await left.AskAsync(QuestionOf("landscape_97x61__gcg"), OptionsOf("landscape_97x61__gcg")));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(1, false)]
    public async Task Answers_that_find_no_room_take_turns(int sequences, bool shares)
    {
        // Room for the shared positions of so many sequences, and of none beside.
        using MglmmModel measured = Load();
        int capacity = 128 * (((Positions("landscape_97x61__gcg") + 64 - 1) / 128) + 1);
        using MglmmModel model = Load(bytes: (long)((sequences + 0.5) * (capacity + 1) * measured.Decoder.BytesPerPosition));
        string[] names = ["landscape_97x61__gcg", "portrait_50x83__gcg", "square_163x163__gcg", "portrait_50x83__referring", "landscape_97x61__referring"];
        for (int round = 0; round < 3; round++)
        {
            GroundedAnswer[] answers = await Task.WhenAll(names.Select(name => AskAsync(model, name)));
            Assert.All(names.Zip(answers), pair => AssertOfficial(pair.First, pair.Second));
        }

        Assert.Equal(shares, model.Sharing.SharedRuns > 0);
    }

    private MglmmModel Load(int shared = 8, long? bytes = null) => MglmmModel.Load(
        oracle.BundleFolder, new ModelOptions { MaximumConcurrentRequests = 8, MaximumSharedSequences = shared, MaximumDraftTokens = 0, ImageCacheBytes = bytes });

    private Task<GroundedAnswer> AskAsync(MglmmModel model, string name) => model.OpenImage(PictureOf(name)).AskAsync(QuestionOf(name), OptionsOf(name));

    private void AssertOfficial(string name, GroundedAnswer answer) =>
        Assert.Equal(oracle.Case(name).GetProperty("generated_ids").EnumerateArray().Select(id => id.GetInt32()), answer.TokenIds);

    private string PictureOf(string name) => OracleData.Image(oracle.Case(name).GetProperty("image").GetString()!);

    private string QuestionOf(string name) => oracle.Case(name).GetProperty("question").GetString()!;

    private int Positions(string name) => oracle.Case(name).GetProperty("n_prompt_positions").GetInt32();

    private AskOptions OptionsOf(string name) => new() { MaximumNewTokens = oracle.Case(name).GetProperty("max_new_tokens").GetInt32() };
}
