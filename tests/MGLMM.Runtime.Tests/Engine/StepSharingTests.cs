using MGLMM.Masks;
using MGLMM.Runtime.Inference;

namespace MGLMM.Runtime.Tests.Engine;

/// <summary>Answers that are decoded at the same time share runs, and are those that each gets alone: the official code's ids.</summary>
public sealed class StepSharingTests(OracleFixture oracle)
{
    private static readonly string[] Cases =
    [
        "landscape_97x61__gcg", "landscape_97x61__referring", "portrait_50x83__gcg", "portrait_50x83__referring", "square_163x163__gcg", "square_163x163__referring",
        "extra__noseg", "extra__limit_last_is_seg",
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public async Task Every_mix_of_answers_has_the_official_ids(int drafts)
    {
        // The suite's share of a thousand mixes, which `Benchmarks -- mixes` makes.
        const int Mixes = 15;
        using MglmmModel model = Load(drafts: drafts);

        // Guesses that pay even in company, so that sequences leave the shared buffers and come back.
        model.Generator.Costs.Pin(0.02);
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

                AssertOfficial(name, await oracle.AskAsync(model, name));
            }));
        }

        // What is guessed right needs no runs.
        Assert.True(model.Sharing.SharedRuns > (drafts == 0 ? Mixes : 0), $"{model.Sharing.SharedRuns} runs were shared.");
        Assert.True(model.Sharing.SharedSteps > (drafts == 0 ? 2 : 1) * model.Sharing.SharedRuns);
    }

    [Fact]
    public async Task What_was_said_in_company_is_gone_on_with_alone()
    {
        using MglmmModel alone = Load(shared: 1);
        string[] names = ["landscape_97x61__gcg", "portrait_50x83__gcg", "square_163x163__gcg"];
        (MglmmModel owned, Dialogue[] dialogues, GroundedAnswer[] first) = await InCompanyAsync(names);
        using MglmmModel model = owned;
        Assert.True(model.Sharing.SharedRuns > 0);
        for (int index = 0; index < names.Length; index++)
        {
            AssertOfficial(names[index], first[index]);
            Dialogue other = alone.OpenImage(oracle.PictureOf(names[index])).StartDialogue();
            await other.AskAsync(oracle.QuestionOf(names[index]), oracle.OptionsOf(names[index]));
            GroundedAnswer expected = await other.AskAsync("And what is behind it?");
            GroundedAnswer answer = await dialogues[index].AskAsync("And what is behind it?");
            Assert.Equal(expected.TokenIds, answer.TokenIds);
            Assert.Equal(expected.Segments.Select(segment => segment.Mask), answer.Segments.Select(segment => segment.Mask), (left, right) => left.IntersectionOverUnion(right) == 1);

            // What was written in the shared buffers came back: the follow-up reads its own words alone.
            Assert.Equal(expected.Timings.ReusedPositions, answer.Timings.ReusedPositions);
        }
    }

    /// <summary>Asks at the same time. On a busy machine answers this short may miss one another altogether: then a model that knows none of them yet is asked again.</summary>
    private async Task<(MglmmModel Model, Dialogue[] Dialogues, GroundedAnswer[] Answers)> InCompanyAsync(string[] names)
    {
        const int Attempts = 10;
        for (int attempt = 1; ; attempt++)
        {
            MglmmModel model = Load();
            Dialogue[] dialogues = [.. names.Select(name => model.OpenImage(oracle.PictureOf(name)).StartDialogue())];
            GroundedAnswer[] answers = await Task.WhenAll(names.Select((name, index) => dialogues[index].AskAsync(oracle.QuestionOf(name), oracle.OptionsOf(name))));
            if (model.Sharing.SharedRuns > 0 || attempt == Attempts)
            {
                return (model, dialogues, answers);
            }

            model.Dispose();
        }
    }

    [Fact]
    public async Task One_who_leaves_half_way_costs_the_others_nothing()
    {
        using MglmmModel model = Load();
        using CancellationTokenSource stop = new();
        int told = 0;
        Dialogue left = model.OpenImage(oracle.PictureOf("landscape_97x61__gcg")).StartDialogue();
        Task leaving = Task.Run(async () =>
        {
            await foreach (AnswerPiece _ in left.StreamAsync(oracle.QuestionOf("landscape_97x61__gcg"), oracle.OptionsOf("landscape_97x61__gcg"), stop.Token))
            {
                if (++told == 3)
                {
                    await stop.CancelAsync();
                }
            }
        });
        Task<GroundedAnswer>[] staying = [.. ((string[])["portrait_50x83__gcg", "square_163x163__gcg"]).Select(name => oracle.AskAsync(model, name))];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        AssertOfficial("portrait_50x83__gcg", await staying[0]);
        AssertOfficial("square_163x163__gcg", await staying[1]);

        // The picture's positions, and what else was kept, are as they were.
        AssertOfficial("landscape_97x61__gcg", await left.AskAsync(oracle.QuestionOf("landscape_97x61__gcg"), oracle.OptionsOf("landscape_97x61__gcg")));
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
            GroundedAnswer[] answers = await Task.WhenAll(names.Select(name => oracle.AskAsync(model, name)));
            Assert.All(names.Zip(answers), pair => AssertOfficial(pair.First, pair.Second));
        }

        Assert.Equal(shares, model.Sharing.SharedRuns > 0);
        Assert.InRange(model.Sharing.Slots, 0, shares ? sequences : 0);
    }

    [Fact]
    public async Task One_who_pauses_between_others_loses_nothing()
    {
        using MglmmModel model = Load();
        RequestQueue queue = new(concurrent: 4, queued: 0);
        int[][] prompts = [[1, 5, 9, 14, 30], [1, 7, 7, 21], [1, 40, 3, 2, 8, 11, 12]];
        using Walker first = await Walker.StartAsync(model, queue, prompts[0]);
        using Walker second = await Walker.StartAsync(model, queue, prompts[1]);
        using Walker third = await Walker.StartAsync(model, queue, prompts[2]);
        Walker[] all = [first, second, third];
        await TogetherAsync(queue, all);
        await TogetherAsync(queue, all);
        for (int turn = 0; turn < 3; turn++)
        {
            // The one in the middle pauses, whichever slot that is; its row is run all the same.
            await TogetherAsync(queue, [all[turn % 3], all[(turn + 1) % 3]]);
            await TogetherAsync(queue, all);
        }

        Assert.True(model.Sharing.SharedRuns >= 8, $"{model.Sharing.SharedRuns} runs were shared.");
        for (int index = 0; index < all.Length; index++)
        {
            (List<int> said, float[] hidden) = Alone(model, prompts[index], all[index].Said.Count);
            Assert.Equal(said, all[index].Said);
            Assert.All(hidden.Zip(all[index].Hidden.ToArray()), pair => Assert.InRange(pair.First - pair.Second, -1e-4, 1e-4));
        }

        static async Task TogetherAsync(RequestQueue queue, Walker[] walkers)
        {
            Task[] steps;
            using (queue.TakeDevice(CancellationToken.None))
            {
                steps = [.. walkers.Select(walker => Task.Factory.StartNew(walker.Step, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
                while (queue.WaitingSteps < walkers.Length)
                {
                    await Task.Yield();
                }
            }

            await Task.WhenAll(steps);
        }

        static (List<int> Said, float[] Hidden) Alone(MglmmModel model, int[] prompt, int count)
        {
            using DecodingState state = model.Decoder.CreateState(64);
            using RunGuard guard = new(RequestQueue.Alone(), CancellationToken.None);
            state.Prefill(prompt, -1, [], prompt.Length, guard);
            List<int> said = [state.NextToken];
            while (said.Count < count)
            {
                state.Step(said[^1], guard);
                said.Add(state.NextToken);
            }

            return (said, state.Hidden.ToArray());
        }
    }

    [Fact]
    public async Task Who_is_cancelled_within_anothers_run_waits_for_its_end()
    {
        DeviceLane lane = new();
        using CancellationTokenSource stop = new();
        using DecodingState state = oracle.Model.Decoder.CreateState(64);
        DeviceLane.Turn turn = lane.Take(new OwnerLine(null), CancellationToken.None);
        Task waiting = Task.Factory.StartNew(() => lane.Take(new OwnerLine("other"), background: false, null, new SharedStep(state), stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (lane.WaitingSteps == 0)
        {
            await Task.Yield();
        }

        List<SharedStep> taken = [];
        lane.TakeOver(taken, 8);
        Assert.Same(state, Assert.Single(taken).State);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(TimeSpan.FromMilliseconds(300)));
        lane.Made();

        // Made in the very moment it is as good as not cancelled.
        await waiting.ContinueWith(ended => Assert.True(ended.IsCompletedSuccessfully || ended.Exception!.InnerException is OperationCanceledException), TaskScheduler.Default);
        turn.Dispose();

        // The device is free again.
        lane.Take(new OwnerLine(null), CancellationToken.None).Dispose();
    }

    /// <summary>A sequence that says a token after the other, one with each step.</summary>
    private sealed class Walker : IDisposable
    {
        private readonly RequestQueue.Place _place;
        private readonly RunGuard _guard;
        private readonly DecodingState _state;
        private readonly StepSharing.Sequence _sequence;

        private Walker(MglmmModel model, RequestQueue.Place place, int[] prompt)
        {
            _place = place;
            _guard = new RunGuard(place, CancellationToken.None);
            _state = model.Decoder.CreateState(64);
            _state.Prefill(prompt, -1, [], prompt.Length, _guard);
            Said.Add(_state.NextToken);
            _sequence = model.Sharing.Begin(_state);
        }

        public List<int> Said { get; } = [];

        public ReadOnlySpan<float> Hidden => _state.Hidden;

        public static async Task<Walker> StartAsync(MglmmModel model, RequestQueue queue, int[] prompt) => new(model, await queue.EnterAsync(null, CancellationToken.None), prompt);

        public void Step()
        {
            _sequence.Step(Said[^1], _guard);
            Said.Add(_state.NextToken);
        }

        public void Dispose()
        {
            _sequence.Dispose();
            _state.Dispose();
            _guard.Dispose();
            _place.Dispose();
        }
    }

    private MglmmModel Load(int shared = 8, long? bytes = null, int drafts = 0) => MglmmModel.Load(
        oracle.BundleFolder, new ModelOptions { MaximumConcurrentRequests = 8, MaximumSharedSequences = shared, MaximumDraftTokens = drafts, ImageCacheBytes = bytes });

    private void AssertOfficial(string name, GroundedAnswer answer) =>
        Assert.Equal(oracle.IdsOf(name), answer.TokenIds);

    private int Positions(string name) => oracle.Case(name).GetProperty("n_prompt_positions").GetInt32();
}
