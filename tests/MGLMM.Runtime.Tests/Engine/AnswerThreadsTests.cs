using MGLMM.Runtime.Inference;

namespace MGLMM.Runtime.Tests.Engine;

/// <summary>Answers block threads of their own, so that a process full of them still does what else it has to do.</summary>
public sealed class AnswerThreadsTests(OracleFixture oracle)
{
    [Fact]
    public async Task As_many_run_at_once_as_there_are_and_none_of_them_on_a_thread_of_the_pool()
    {
        const int Count = 64;
        AnswerThreads threads = new();
        using CountdownEvent begun = new(Count);
        using ManualResetEventSlim end = new();
        Task<bool>[] tasks =
        [
            .. Enumerable.Range(0, Count).Select(_ => threads.RunAsync(
                () =>
                {
                    begun.Signal();
                    end.Wait();
                    return Thread.CurrentThread.IsThreadPoolThread;
                },
                CancellationToken.None)),
        ];

        Assert.True(begun.Wait(TimeSpan.FromMinutes(1)), $"{Count - begun.CurrentCount} of {Count} were begun.");
        Assert.Equal(Count, threads.Count);
        end.Set();
        Assert.DoesNotContain(true, await Task.WhenAll(tasks));
    }

    [Fact]
    public async Task A_thread_is_used_again_and_whoever_waited_goes_on_in_the_pool()
    {
        AnswerThreads threads = new();
        for (int time = 0; time < 200; time++)
        {
            bool pool = await threads.RunAsync(() => time, CancellationToken.None)
                .ContinueWith(_ => Thread.CurrentThread.IsThreadPoolThread, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            Assert.True(pool);
        }

        // The one before may not have begun to wait when the next comes.
        Assert.InRange(threads.Count, 1, 20);
    }

    [Fact]
    public async Task What_goes_wrong_and_what_is_cancelled_reaches_the_caller_and_costs_no_thread()
    {
        AnswerThreads threads = new();
        await Assert.ThrowsAsync<InvalidOperationException>(() => threads.RunAsync<int>(() => throw new InvalidOperationException("wrong"), CancellationToken.None));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => threads.RunAsync(() => 1, new CancellationToken(canceled: true)));
        AsyncLocal<string> flows = new() { Value = "flows" };
        Assert.Equal("flows", await threads.RunAsync(() => flows.Value, CancellationToken.None));
    }

    [Fact]
    public async Task An_answer_is_made_on_one_of_them()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder);
        OpenedImage image = model.OpenImage(OracleData.Image("square_163x163.png"));
        List<bool> pool = [];
        await image.AskAsync("What is this?", new AskOptions { MaximumNewTokens = 4, Progress = new Told(() => pool.Add(Thread.CurrentThread.IsThreadPoolThread)) });
        Assert.NotEmpty(pool);
        Assert.DoesNotContain(true, pool);
    }

    private sealed class Told(Action told) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => told();
    }
}
