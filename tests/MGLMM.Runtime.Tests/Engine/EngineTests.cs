using System.Text;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Text;

namespace MGLMM.Runtime.Tests.Engine;

/// <summary>What callers may rely on beyond the numbers: streaming, cancelling, limits, what is kept and what is not.</summary>
public sealed class EngineTests(OracleFixture oracle)
{
    private const string Describe = "landscape_97x61__gcg";

    private static string Picture => OracleData.Image("landscape_97x61.png");

    private string Question => oracle.Case(Describe).GetProperty("question").GetString()!;

    /// <summary>More words than the model has positions.</summary>
    private static readonly string TooLong = string.Join(' ', Enumerable.Repeat("barn", 600));

    [Fact]
    public async Task A_stream_says_the_same_as_the_answer()
    {
        StringBuilder text = new();
        GroundedAnswer? answer = null;
        await foreach (AnswerPiece piece in oracle.Model.OpenImage(Picture).StreamAsync(Question))
        {
            Assert.Null(answer);
            if (piece is TextPiece part)
            {
                Assert.NotEmpty(part.Text);
                text.Append(part.Text);
            }
            else
            {
                answer = Assert.IsType<CompletedPiece>(piece).Answer;
            }
        }

        Assert.NotNull(answer);
        Assert.Equal(oracle.Case(Describe).GetProperty("text_output").GetString(), answer.Text);
        Assert.Equal(answer.Text, text.ToString().Trim().Replace("  ", " ", StringComparison.Ordinal));
        Assert.Equal(3, answer.Segments.Count);
        Assert.All(answer.Segments, segment => Assert.Equal(segment.Phrase, answer.Caption[segment.Start..segment.End]));
    }

    [Fact]
    public async Task Leaving_a_stream_early_ends_the_request_and_frees_its_place()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder, new ModelOptions { MaximumConcurrentRequests = 1, MaximumQueuedRequests = 0 });
        OpenedImage image = model.OpenImage(Picture);
        await foreach (AnswerPiece piece in image.StreamAsync(Question))
        {
            Assert.IsType<TextPiece>(piece);
            break;
        }

        Assert.Equal(3, (await image.AskAsync(Question)).Segments.Count);
    }

    [Fact]
    public async Task A_cancelled_request_throws_and_leaves_the_dialogue_as_it_was()
    {
        Dialogue dialogue = oracle.Model.OpenImage(Picture).StartDialogue();
        using CancellationTokenSource stop = new();

        // With the device held the request is under way and cannot finish.
        using (oracle.Model.Queue.TakeDevice(CancellationToken.None))
        {
            Task<GroundedAnswer> asked = dialogue.AskAsync(Question, cancellationToken: stop.Token);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }

        Assert.Empty(dialogue.Turns);
        Assert.Equal(oracle.Case(Describe).GetProperty("text_output").GetString(), (await dialogue.AskAsync(Question)).Text);
    }

    [Fact]
    public async Task A_request_cancelled_beforehand_computes_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => oracle.Model.OpenImage(Picture).AskAsync(Question, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task The_grounding_encoder_runs_only_for_answers_with_masks()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder);
        OpenedImage image = model.OpenImage(Picture);
        GroundedAnswer empty = await image.AskAsync(oracle.Case("extra__noseg").GetProperty("question").GetString()!);
        Assert.Empty(empty.Segments);
        Assert.True(empty.Timings.GroundingEncoderSkipped);
        Assert.False((await image.AskAsync(Question)).Timings.GroundingEncoderSkipped);
    }

    [Fact]
    public async Task The_same_picture_opened_twice_is_paid_for_once()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder);
        await model.OpenImage(Picture).AskAsync(Question);
        RgbImage decoded = ImageDecoder.DecodeFile(Picture);
        GroundedAnswer again = await model.OpenImage(RgbImage.FromPixels(decoded.Pixels, decoded.Width, decoded.Height)).AskAsync(Question);
        Assert.True(again.Timings.GlobalEncoderSkipped);
        Assert.True(again.Timings.GroundingEncoderSkipped);
        Assert.Equal(1, model.Store.Count);
    }

    [Fact]
    public async Task The_least_recently_used_cache_goes_first_when_the_budget_is_full()
    {
        using MglmmModel measured = MglmmModel.Load(oracle.BundleFolder);
        await measured.OpenImage(Picture).AskAsync(Question);
        long one = measured.Store.IdleBytes;
        Assert.True(one > 0);

        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder, new ModelOptions { ImageCacheBytes = (2 * one) + (one / 2) });
        string[] pictures = ["landscape_97x61.png", "portrait_50x83.png", "landscape_97x61.png", "square_163x163.png"];
        foreach (string picture in pictures)
        {
            await model.OpenImage(OracleData.Image(picture)).AskAsync(Question);
            Assert.True(model.Store.IdleBytes <= model.Options.ImageCacheBytes);
        }

        // The KV cache of the portrait had to go; what its encoders cost is small and was kept.
        Assert.True((await model.OpenImage(Picture).AskAsync(Question)).Timings.ReusedPositions > 0);
        AnswerTimings evicted = (await model.OpenImage(OracleData.Image("portrait_50x83.png")).AskAsync(Question)).Timings;
        Assert.Equal(0, evicted.ReusedPositions);
        Assert.True(evicted is { GlobalEncoderSkipped: true, GroundingEncoderSkipped: true });
    }

    [Fact]
    public async Task A_budget_below_one_cache_still_keeps_what_the_encoders_cost()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder, new ModelOptions { ImageCacheBytes = 64 << 10 });
        OpenedImage image = model.OpenImage(Picture);
        await image.AskAsync(Question);
        AnswerTimings again = (await image.AskAsync(Question)).Timings;
        Assert.Equal(0, again.ReusedPositions);
        Assert.True(again is { GlobalEncoderSkipped: true, GroundingEncoderSkipped: true });
        Assert.InRange(model.Store.IdleBytes, 1, 64 << 10);

        // A second picture takes the room of the first.
        await model.OpenImage(OracleData.Image("square_163x163.png")).AskAsync(Question);
        await model.OpenImage(OracleData.Image("portrait_50x83.png")).AskAsync(Question);
        await model.OpenImage(OracleData.Image("landscape_97x61.png")).AskAsync(Question);
        Assert.InRange(model.Store.IdleBytes, 1, 64 << 10);
    }

    [Fact]
    public async Task First_questions_that_come_together_run_the_picture_once()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder);
        GroundedAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => model.OpenImage(Picture).AskAsync(Question)));
        Assert.Single(answers, answer => !answer.Timings.GlobalEncoderSkipped);
        Assert.Single(answers, answer => answer.Timings.ReusedPositions == 0);
        Assert.All(answers, answer => Assert.Equal(answers[0].TokenIds, answer.TokenIds));
    }

    [Fact]
    public async Task Another_question_does_not_cost_a_dialogue_its_cache()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder);
        OpenedImage image = model.OpenImage(Picture);
        Dialogue dialogue = image.StartDialogue();
        await dialogue.AskAsync(Question);
        await image.AskAsync("Can you segment the red barn in this image?");
        GroundedAnswer followUp = await dialogue.AskAsync("Please segment the pond and the sky.");
        Assert.True(followUp.Timings.ReusedPositions > dialogue.Turns[0].Timings.PromptPositions);
    }

    [Fact]
    public async Task A_model_disposed_in_the_middle_ends_the_request_in_peace()
    {
        MglmmModel model = MglmmModel.Load(oracle.BundleFolder);
        OpenedImage image = model.OpenImage(Picture);
        string text = string.Empty;
        await foreach (AnswerPiece piece in image.StreamAsync(Question))
        {
            model.Dispose();
            text += (piece as TextPiece)?.Text;
        }

        Assert.Contains("red barn", text, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => image.AskAsync(Question));
        model.Dispose();
    }

    [Fact]
    public async Task A_budget_of_nothing_keeps_nothing()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder, new ModelOptions { ImageCacheBytes = 0 });
        OpenedImage image = model.OpenImage(Picture);
        await image.AskAsync(Question);
        Assert.Equal(0, model.Store.IdleBytes);
        Assert.Equal(oracle.Case(Describe).GetProperty("text_output").GetString(), (await image.AskAsync(Question)).Text);
    }

    [Fact]
    public async Task Too_long_a_prompt_is_refused_with_numbers_before_anyone_waits_for_it()
    {
        Task<GroundedAnswer> asked = oracle.Model.OpenImage(Picture).AskAsync(TooLong);
        Assert.True(asked.IsFaulted);
        PromptTooLongException error = await Assert.ThrowsAsync<PromptTooLongException>(() => asked);
        Assert.Contains(oracle.Model.Manifest.Decoder.MaximumLength.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        Assert.Contains("fewer words", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_is_not_read_for_one_who_has_left() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => oracle.Model.OpenImage(Picture).AskAsync(TooLong, cancellationToken: new CancellationToken(canceled: true)));

    [Fact]
    public void A_dialogue_of_many_turns_is_written_once_and_not_for_each_of_them()
    {
        OpenedImage image = oracle.Model.OpenImage(Picture);
        EarlierTurn[] earlier = [.. Enumerable.Repeat(new EarlierTurn("And what is this?", "That is a barn."), 2_000)];
        image.StartDialogue(earlier[..3]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        image.StartDialogue(earlier);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public async Task A_follow_up_past_the_last_position_leaves_the_dialogue_as_it_was()
    {
        Dialogue dialogue = oracle.Model.OpenImage(Picture).StartDialogue();
        GroundedAnswer first = await dialogue.AskAsync(Question);
        PromptTooLongException error = await Assert.ThrowsAsync<PromptTooLongException>(() => dialogue.AskAsync(TooLong));
        Assert.Contains("fewer earlier turns", error.Message, StringComparison.Ordinal);
        Assert.Same(first, Assert.Single(dialogue.Turns));
        GroundedAnswer second = await dialogue.AskAsync(Question, new AskOptions { MaximumNewTokens = int.MaxValue });
        Assert.InRange(second.Timings.PromptPositions + second.TokenIds.Count, 1, oracle.Model.Manifest.Decoder.MaximumLength);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("Look at <image> again")]
    public async Task Instructions_that_cannot_work_are_refused(string instruction) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => oracle.Model.OpenImage(Picture).AskAsync(instruction));

    [Fact]
    public async Task A_dialogue_takes_one_turn_at_a_time()
    {
        Dialogue dialogue = oracle.Model.OpenImage(Picture).StartDialogue();
        Task<GroundedAnswer> first;
        using (oracle.Model.Queue.TakeDevice(CancellationToken.None))
        {
            first = dialogue.AskAsync(Question);
            await Assert.ThrowsAsync<InvalidOperationException>(() => dialogue.AskAsync(Question));
        }

        Assert.Equal(3, (await first).Segments.Count);
    }

    [Fact]
    public async Task A_typed_segment_token_gives_no_mask_of_the_answer()
    {
        GroundedAnswer answer = await oracle.Model.OpenImage(Picture).AskAsync("Is [SEG] the red barn?", new AskOptions { MaximumNewTokens = 24 });
        Assert.Equal(answer.TokenIds.Count(id => id == oracle.Model.Manifest.Tokens.Segment), answer.Segments.Count);
    }

    [Fact]
    public async Task Decoding_allocates_nothing_per_token()
    {
        MglmmModel model = oracle.Model;
        using RequestQueue.Place place = await model.Queue.EnterAsync(owner: null, CancellationToken.None);
        using RunGuard guard = new(place, CancellationToken.None);
        RgbImage image = ImageDecoder.DecodeFile(Picture);
        float[] tokens = model.Vision.EncodeTokens(model.Vision.PreprocessGlobal(image), guard);
        int[] positions = model.Generator.Expand(model.GroundingTokenizer.EncodePrompt(ConversationPrompt.Start(model.Manifest.Conversation, Question).Text));
        using DecodingState state = model.Decoder.CreateState(512);
        state.Prefill(positions, GroundingTokenizer.ImagePlaceholder, tokens, 512, guard);
        state.Cache.Tokens.EnsureCapacity(512);
        for (int step = 0; step < 16; step++)
        {
            Step();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 64; step++)
        {
            Step();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Step()
        {
            using (guard.TakeDevice())
            {
                state.Step(state.NextToken, guard);
            }
        }
    }

    [Fact]
    public async Task Guesses_from_earlier_answers_save_runs_and_change_nothing()
    {
        using MglmmModel plain = MglmmModel.Load(oracle.BundleFolder, new ModelOptions { MaximumDraftTokens = 0 });
        using MglmmModel drafting = MglmmModel.Load(oracle.BundleFolder);

        // As on a large model, where further rows are nearly free; what they really cost here depends on the machine.
        drafting.Generator.Costs.Pin(0.02);
        (OpenedImage one, OpenedImage other) = (plain.OpenImage(Picture), drafting.OpenImage(Picture));
        string[] names = [Describe, "landscape_97x61__referring", Describe, "extra__noseg", Describe];
        foreach (string name in names)
        {
            string question = oracle.Case(name).GetProperty("question").GetString()!;
            (GroundedAnswer expected, GroundedAnswer answer) = (await one.AskAsync(question), await other.AskAsync(question));
            Assert.Equal(expected.TokenIds, answer.TokenIds);
            Assert.Equal(expected.TokenIds.Count - 1, expected.Timings.DecodeRuns);
            foreach ((GroundedSegment first, GroundedSegment second) in expected.Segments.Zip(answer.Segments))
            {
                Assert.True(first.Mask.IntersectionOverUnion(second.Mask) > 0.999);
            }
        }

        GroundedAnswer again = await other.AskAsync(Question);
        Assert.True(again.Timings.DecodeRuns <= again.TokenIds.Count / 5, $"{again.Timings.DecodeRuns} runs for {again.TokenIds.Count} tokens");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4000)]
    [InlineData(4000, 1)]
    public async Task Pictures_of_extreme_shape_are_answered(int width, int height)
    {
        byte[] pixels = new byte[3 * width * height];
        new Random(5).NextBytes(pixels);
        GroundedAnswer answer = await oracle.Model.OpenImage(RgbImage.FromPixels(pixels, width, height)).AskAsync(Question, new AskOptions { MaximumNewTokens = 20 });
        Assert.All(answer.Segments, segment => Assert.Equal((width, height), (segment.Mask.Width, segment.Mask.Height)));
    }

    [Fact]
    public async Task A_dialogue_keeps_its_state_though_many_pictures_were_asked_about_before()
    {
        // Room for all encodings and not for one state beside them: those of the oldest pictures have to make it.
        const int Pictures = 6;
        using MglmmModel all = MglmmModel.Load(oracle.BundleFolder);
        AskOptions options = new() { MaximumNewTokens = 1 };
        await all.OpenImage(Plain(0)).AskAsync(Question, options, TestContext.Current.CancellationToken);
        long one = all.Store.IdleBytes;
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder, new ModelOptions { ImageCacheBytes = one + 1_000 });
        for (int picture = 0; picture < Pictures; picture++)
        {
            await model.OpenImage(Plain(picture)).AskAsync(Question, options, TestContext.Current.CancellationToken);
        }

        GroundedAnswer again = await model.OpenImage(Plain(Pictures - 1)).AskAsync(Question, options, TestContext.Current.CancellationToken);
        Assert.True(again.Timings.ReusedPositions > 0);
        Assert.True(again.Timings.GlobalEncoderSkipped);
        Assert.InRange(model.Store.IdleBytes, 1, one + 1_000);

        static RgbImage Plain(int shade) => RgbImage.FromPixels(Enumerable.Repeat((byte)(shade * 30), 8 * 8 * 3).ToArray(), 8, 8);
    }

    [Fact]
    public async Task An_answer_that_is_not_there_by_its_deadline_ends_and_leaves_the_dialogue_as_it_was()
    {
        FakeTime time = new();
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder, new ModelOptions { Time = time });
        Dialogue dialogue = model.OpenImage(Picture).StartDialogue();
        AskOptions options = new() { Deadline = TimeSpan.FromSeconds(30), MaximumNewTokens = 2 };
        DeviceLane.Turn device = model.Queue.TakeDevice(TestContext.Current.CancellationToken);
        Task<GroundedAnswer> late = dialogue.AskAsync(Question, options, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(late.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        AnswerDeadlineException exception = await Assert.ThrowsAsync<AnswerDeadlineException>(() => late);
        Assert.Contains("within 30 s", exception.Message, StringComparison.Ordinal);
        device.Dispose();
        await dialogue.AskAsync(Question, options, TestContext.Current.CancellationToken);
        Assert.Single(dialogue.Turns);

        // Who cancels is not told of a deadline; one that is not there is an error of the caller.
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialogue.AskAsync(Question, options, stop.Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => dialogue.AskAsync(Question, options with { Deadline = TimeSpan.Zero }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_deadline_that_cannot_be_met_is_told_before_anything_is_computed()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder, new ModelOptions { Time = new FakeTime() });
        OpenedImage image = model.OpenImage(Picture);
        GroundedAnswer first = await image.AskAsync(Question, new AskOptions { Deadline = TimeSpan.FromMinutes(5) }, TestContext.Current.CancellationToken);
        Assert.NotEmpty(first.TokenIds);
        await Assert.ThrowsAsync<EngineBusyException>(() => image.AskAsync(Question, new AskOptions { Deadline = TimeSpan.FromTicks(1) }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_somebody_waits_for_is_answered_before_a_job_that_came_first()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder, new ModelOptions { MaximumConcurrentRequests = 1, MaximumSharedSequences = 1 });
        OpenedImage image = model.OpenImage(Picture);
        AskOptions options = new() { MaximumNewTokens = 2 };
        using (RequestQueue.Place place = await model.Queue.EnterAsync(owner: null, TestContext.Current.CancellationToken))
        {
            Task<GroundedAnswer> job = image.AskAsync(Question, options with { Requester = "job", Priority = AskPriority.Background }, TestContext.Current.CancellationToken);
            Task<GroundedAnswer> person = image.AskAsync(Question, options with { Requester = "ann" }, TestContext.Current.CancellationToken);
            place.Dispose();
            GroundedAnswer answered = await person;
            Assert.True((await job).Timings.Queue >= answered.Timings.Queue);
        }
    }

    [Fact]
    public async Task Masks_in_several_runs_are_those_of_one()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder);
        AskOptions options = new() { MaximumNewTokens = 64 };
        GroundedAnswer once = await model.OpenImage(Picture).AskAsync(Question, options, TestContext.Current.CancellationToken);
        model.Generator.MasksAtOnce = 2;
        List<WorkProgress> told = [];
        GroundedAnswer twice = await model.OpenImage(Picture).AskAsync(Question, options with { Progress = new Told(told) }, TestContext.Current.CancellationToken);
        Assert.Equal(3, once.Segments.Count);
        Assert.Equal(once.Segments.Select(segment => CocoRle.Encode(segment.Mask)), twice.Segments.Select(segment => CocoRle.Encode(segment.Mask)));
        Assert.Equal([0L, 2L], told.Where(value => value.Work == "drawing masks").Select(value => value.Done));
    }

    [Fact]
    public void Masks_of_full_size_are_drawn_eight_at_a_time() => Assert.Equal(
        8,
        new VisionEncoders(null!, oracle.Model.Manifest with { GroundingEncoder = oracle.Model.Manifest.GroundingEncoder with { ImageSize = 1024, GridSize = 64, Channels = 256 } }).MasksAtOnce);

    private sealed class Told(List<WorkProgress> values) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => values.Add(value);
    }
}
