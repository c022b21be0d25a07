using MGLMM.Masks;
using MGLMM.Orleans.Workers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace MGLMM.Orleans.Tests;

/// <summary>The model of a cluster behaves as one in this process does, and keeps pictures where they are.</summary>
public sealed class ClusterModelTests
{
    private static readonly ModelCard ScriptedCard = new ScriptedGroundingModel().Card;

    [Fact]
    public async Task Answers_are_those_of_the_model_itself()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        using ClusterModel model = await ClusterModel.ConnectAsync(cluster.Grains);
        Assert.Equal(ScriptedCard.Wordings, model.Card.Wordings);
        Assert.Equal(ModelState.Ready, model.Status.State);

        RgbImage picture = Pictures.Number(1);
        AskOptions options = new() { MaximumNewTokens = 77, Requester = "anna", EarlierTurns = [new EarlierTurn("What?", "This.</s>")] };
        AskOptions? seen = null;
        foreach (CountedModel worker in cluster.Models)
        {
            worker.Script.Answer = (_, asked) =>
            {
                seen = asked;
                return ScriptedGroundingModel.Halves;
            };
        }

        IOpenedImage there = await model.OpenImageAsync(picture);
        GroundedAnswer answer = await there.AskAsync("Halves?", options);
        ScriptedGroundingModel alone = new();
        GroundedAnswer expected = await (await alone.OpenImageAsync(picture)).AskAsync("Halves?", options);
        Assert.Equal((expected.Text, expected.Caption, expected.Prompt), (answer.Text, answer.Caption, answer.Prompt));
        Assert.Equal(expected.TokenIds, answer.TokenIds);
        Assert.Equal(expected.Segments.Select(segment => segment.Mask), answer.Segments.Select(segment => segment.Mask), (left, right) => Same(left, right));
        Assert.Equal((77, "anna", "What?"), (seen!.MaximumNewTokens, seen.Requester, Assert.Single(seen.EarlierTurns).Instruction));

        List<AnswerPiece> pieces = [];
        await foreach (AnswerPiece piece in there.StreamAsync("Halves?"))
        {
            pieces.Add(piece);
        }

        Assert.Equal(ScriptedGroundingModel.Halves, string.Concat(pieces.OfType<TextPiece>().Select(piece => piece.Text)));
        Assert.Equal(expected.Text, Assert.IsType<CompletedPiece>(pieces[^1]).Answer.Text);
    }

    [Fact]
    public async Task A_picture_is_prepared_by_the_worker_that_its_questions_come_to()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        using ClusterModel model = await ClusterModel.ConnectAsync(cluster.Grains);
        List<string> told = [];
        for (int number = 0; number < 6; number++)
        {
            IOpenedImage image = await model.OpenImageAsync(Pictures.Number(number));
            await image.PrepareAsync(new AskOptions { Requester = "anna", Progress = new Told(told) });
            await image.AskAsync("Halves?");
        }

        Assert.Equal(6, cluster.Models.Sum(worker => worker.Opened.Count));
        Assert.All(cluster.Models, worker => Assert.Equal(worker.Opened.Count, worker.Prepared.Count));
        Assert.All(cluster.Models.SelectMany(worker => worker.Prepared), requester => Assert.Equal("anna", requester));
        Assert.Contains("reading the picture", told);

        foreach (CountedModel worker in cluster.Models)
        {
            worker.PreparationFault = new EngineBusyException("Full.", TimeSpan.FromSeconds(3));
        }

        IOpenedImage there = await model.OpenImageAsync(Pictures.Number(1));
        Assert.Equal(TimeSpan.FromSeconds(3), (await Assert.ThrowsAsync<EngineBusyException>(() => there.PrepareAsync())).RetryAfter);
        await there.AskAsync("Halves?");
    }

    [Fact]
    public async Task A_picture_stays_with_its_worker_and_pictures_spread()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        using ClusterModel model = await ClusterModel.ConnectAsync(cluster.Grains);
        for (int round = 0; round < 3; round++)
        {
            for (int number = 0; number < 30; number++)
            {
                // A new object each time, as a new request has.
                IOpenedImage image = await model.OpenImageAsync(Pictures.Number(number));
                await image.AskAsync("Halves?");
            }
        }

        string[] opened = [.. cluster.Models.SelectMany(worker => worker.Opened)];
        Assert.Equal(30, opened.Length);
        Assert.Equal(30, opened.Distinct().Count());
        Assert.All(cluster.Models, worker => Assert.InRange(worker.Opened.Count, 6, 24));
    }

    [Fact]
    public async Task A_hot_picture_comes_to_a_second_worker()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        using ClusterModel model = await ClusterModel.ConnectAsync(cluster.Grains, new ClusterModelOptions { HotAfter = 2 });
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (CountedModel worker in cluster.Models)
        {
            worker.Script.Held = go.Task.WaitAsync;
        }

        IOpenedImage image = await model.OpenImageAsync(Pictures.Number(1));
        Task<GroundedAnswer>[] questions = [.. Enumerable.Range(0, 4).Select(_ => image.AskAsync("Halves?"))];
        await Until(() => cluster.Models.Sum(worker => worker.Script.UnderWay) == 4);
        Assert.All(cluster.Models, worker => Assert.Equal(2, worker.Script.UnderWay));
        go.SetResult();
        await Task.WhenAll(questions);

        // Calm again: one worker is enough.
        foreach (CountedModel worker in cluster.Models)
        {
            worker.Script.Held = null;
        }

        await image.AskAsync("Halves?");
        Assert.Equal(2, cluster.Models.Sum(worker => worker.Opened.Count));
    }

    [Fact]
    public async Task A_crowded_worker_sends_questions_about_its_own_pictures_on()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        using ClusterModel model = await ClusterModel.ConnectAsync(cluster.Grains, new ClusterModelOptions { HotAfter = 1 });
        List<IOpenedImage> own = [];
        CountedModel crowded = cluster.Models[0];
        for (int number = 0; own.Count < 6; number++)
        {
            IOpenedImage image = await model.OpenImageAsync(Pictures.Number(number));
            await image.AskAsync("Halves?");
            if (crowded.Opened.Contains(Pictures.Number(number).ContentHash))
            {
                own.Add(image);
            }
        }

        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (CountedModel worker in cluster.Models)
        {
            worker.Script.Held = go.Task.WaitAsync;
        }

        Task<GroundedAnswer>[] questions = [.. own.Select(image => image.AskAsync("Halves?"))];
        await Until(() => cluster.Models.Sum(worker => worker.Script.UnderWay) == 6);
        Assert.InRange(cluster.Models[1].Script.UnderWay, 1, 4);
        go.SetResult();
        Assert.All(await Task.WhenAll(questions), answer => Assert.Equal(ScriptedGroundingModel.Halves, answer.Text));
    }

    [Fact]
    public async Task Cancelling_reaches_the_model()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        using ClusterModel model = await ClusterModel.ConnectAsync(cluster.Grains);
        ScriptedGroundingModel script = cluster.Models[0].Script;
        script.Held = token => Task.Delay(Timeout.Infinite, token);
        IOpenedImage image = await model.OpenImageAsync(Pictures.Number(1));

        using CancellationTokenSource leaving = new();
        Task<GroundedAnswer> question = image.AskAsync("Halves?", cancellationToken: leaving.Token);
        await Until(() => script.UnderWay == 1);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => question);
        await Until(() => script is { UnderWay: 0, Cancelled: 1 });

        // Somebody who stops reading half-way has cancelled too.
        await foreach (AnswerPiece _ in image.StreamAsync("Halves?"))
        {
            break;
        }

        await Until(() => script is { UnderWay: 0, Cancelled: 2 });
    }

    [Fact]
    public async Task Faults_are_those_of_the_seam()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        using ClusterModel model = await ClusterModel.ConnectAsync(cluster.Grains);
        ScriptedGroundingModel script = cluster.Models[0].Script;
        IOpenedImage image = await model.OpenImageAsync(Pictures.Number(1));

        script.Answer = (_, _) => throw new EngineBusyException(7, TimeSpan.FromSeconds(3));
        EngineBusyException busy = await Assert.ThrowsAsync<EngineBusyException>(() => image.AskAsync("?"));
        Assert.Equal(TimeSpan.FromSeconds(3), busy.RetryAfter);
        Assert.Contains("7 requests", busy.Message, StringComparison.Ordinal);

        script.Answer = (_, _) => throw new PromptTooLongException(900, 512);
        Assert.Contains("900 positions", (await Assert.ThrowsAsync<PromptTooLongException>(() => image.AskAsync("?"))).Message, StringComparison.Ordinal);

        script.Answer = (_, _) => throw new ArgumentException("No boxes here.");
        Assert.Contains("No boxes", (await Assert.ThrowsAsync<ArgumentException>(() => image.AskAsync("?"))).Message, StringComparison.Ordinal);

        script.Answer = (_, _) => throw new FileNotFoundException("/secret/path");
        ModelUnavailableException failed = await Assert.ThrowsAsync<ModelUnavailableException>(() => image.AskAsync("?"));
        Assert.DoesNotContain("secret", failed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_goes_to_a_worker_that_has_its_model()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2, number => number == 0 ? new CountedModel("small", "0123456789abcdef00") : new CountedModel("large", "fedcba987654321000"));
        CountedModel small = cluster.Models.Single(worker => worker.Card.Name == "small");
        using ClusterModel model = await ClusterModel.ConnectAsync(cluster.Grains, new ClusterModelOptions { Model = "small" });
        for (int number = 0; number < 8; number++)
        {
            await (await model.OpenImageAsync(Pictures.Number(number))).AskAsync("Halves?");
        }

        Assert.Equal(8, small.Opened.Count);
        Assert.Empty(cluster.Models.Single(worker => worker != small).Opened);

        using ClusterModel byId = await ClusterModel.ConnectAsync(cluster.Grains, new ClusterModelOptions { Model = "large@fedcba9876543210" });
        Assert.Equal("large", byId.Card.Name);
        ModelUnavailableException open = await Assert.ThrowsAsync<ModelUnavailableException>(() => ClusterModel.ConnectAsync(cluster.Grains));
        Assert.Contains("small@0123456789abcdef", open.Message, StringComparison.Ordinal);
        ModelUnavailableException unknown = await Assert.ThrowsAsync<ModelUnavailableException>(
            () => ClusterModel.ConnectAsync(cluster.Grains, new ClusterModelOptions { Model = "huge" }));
        Assert.Contains("No worker of the cluster has the model 'huge'", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_takes_too_long_ends_in_words()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        using ClusterModel model = await ClusterModel.ConnectAsync(cluster.Grains, new ClusterModelOptions { AnswerTime = TimeSpan.FromMilliseconds(400) });
        cluster.Models[0].Script.Held = token => Task.Delay(Timeout.Infinite, token);
        IOpenedImage image = await model.OpenImageAsync(Pictures.Number(1));
        ModelUnavailableException late = await Assert.ThrowsAsync<ModelUnavailableException>(() => image.AskAsync("Halves?"));
        Assert.Contains("in time", late.Message, StringComparison.Ordinal);
        await Until(() => cluster.Models[0].Script.UnderWay == 0);
    }

    [Fact]
    public async Task A_deadline_holds_whatever_the_worker_does_and_reaches_it()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        FakeTime time = new();
        using ClusterModel model = await ClusterModel.ConnectAsync(cluster.Grains, time: time);
        cluster.Models[0].Script.Held = token => Task.Delay(Timeout.Infinite, token);
        IOpenedImage image = await model.OpenImageAsync(Pictures.Number(1));
        Task<GroundedAnswer> asking = image.AskAsync("Halves?", new AskOptions { Deadline = TimeSpan.FromSeconds(20), Priority = AskPriority.Background });
        await Until(() => cluster.Models[0].Script.UnderWay == 1);
        Assert.Equal(AskPriority.Background, cluster.Models[0].Script.LastOptions!.Priority);
        Assert.InRange(cluster.Models[0].Script.LastOptions!.Deadline!.Value, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20));
        time.Advance(TimeSpan.FromSeconds(20));
        AnswerDeadlineException late = await Assert.ThrowsAsync<AnswerDeadlineException>(() => asking);
        Assert.Contains("within 20 s", late.Message, StringComparison.Ordinal);
        await Until(() => cluster.Models[0].Script.UnderWay == 0);

        // What a worker says of its own deadline is the same to the caller.
        cluster.Models[0].Script.Held = _ => throw new AnswerDeadlineException("Not in time.");
        AnswerDeadlineException told = await Assert.ThrowsAsync<AnswerDeadlineException>(() => image.AskAsync("Halves?"));
        Assert.Equal("Not in time.", told.Message);
    }

    internal static async Task Until(Func<bool> holds)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private static bool Same(Mask left, Mask right) => left.Width == right.Width && left.Height == right.Height && left.IntersectionOverUnion(right) == 1;

    private sealed class Told(List<string> works) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => works.Add(value.Work);
    }
}
