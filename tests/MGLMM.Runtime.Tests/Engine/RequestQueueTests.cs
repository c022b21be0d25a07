using MGLMM.Runtime.Inference;

namespace MGLMM.Runtime.Tests.Engine;

/// <summary>Who is let in before the device, and who has it.</summary>
public sealed class RequestQueueTests
{
    private const int Patience = 20_000;

    [Fact(Timeout = Patience)]
    public async Task A_full_queue_refuses_at_once_and_says_when_to_come_back()
    {
        RequestQueue queue = new(concurrent: 1, queued: 1);
        using RequestQueue.Place inside = await queue.EnterAsync(owner: null, TestContext.Current.CancellationToken);
        Task<RequestQueue.Place> waiting = queue.EnterAsync(owner: null, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);

        EngineBusyException refused = await Assert.ThrowsAsync<EngineBusyException>(() => queue.EnterAsync(owner: null, TestContext.Current.CancellationToken));
        Assert.True(refused.RetryAfter > TimeSpan.Zero);

        inside.Dispose();
        (await waiting).Dispose();
        (await queue.EnterAsync(owner: null, TestContext.Current.CancellationToken)).Dispose();
    }

    [Fact(Timeout = Patience)]
    public async Task Waiting_in_the_queue_can_be_cancelled()
    {
        RequestQueue queue = new(concurrent: 1, queued: 1);
        using RequestQueue.Place inside = await queue.EnterAsync(owner: null, TestContext.Current.CancellationToken);
        using CancellationTokenSource stop = new();
        Task<RequestQueue.Place> waiting = queue.EnterAsync(owner: null, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        // The cancelled one no longer counts.
        Task<RequestQueue.Place> next = queue.EnterAsync(owner: null, TestContext.Current.CancellationToken);
        inside.Dispose();
        (await next).Dispose();
    }

    [Fact]
    public void The_device_goes_to_whoever_has_waited_longest()
    {
        DeviceLane lane = new();
        OwnerLine owner = new(null);
        List<int> order = new();
        DeviceLane.Turn turn = lane.Take(owner, TestContext.Current.CancellationToken);
        List<Thread> waiting = new();
        for (int index = 0; index < 4; index++)
        {
            int number = index;
            Thread thread = new(() =>
            {
                using (lane.Take(owner, TestContext.Current.CancellationToken))
                {
                    order.Add(number);
                }
            });
            thread.Start();
            waiting.Add(thread);
            SpinWait.SpinUntil(() => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0);
        }

        // One that gives up in between is passed over.
        using CancellationTokenSource stop = new();
        Task<DeviceLane.Turn> gaveUp = Task.Run(() => lane.Take(owner, stop.Token));
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => gaveUp.GetAwaiter().GetResult());

        turn.Dispose();
        waiting.ForEach(thread => thread.Join());
        Assert.Equal([0, 1, 2, 3], order);
        lane.Take(owner, TestContext.Current.CancellationToken).Dispose();
    }

    [Fact(Timeout = Patience)]
    public async Task An_owner_with_one_request_comes_before_the_rest_of_an_owner_with_many()
    {
        RequestQueue queue = new(concurrent: 2, queued: 16, concurrentOfOwner: 2);
        List<RequestQueue.Place> inside = [await queue.EnterAsync("many", TestContext.Current.CancellationToken), await queue.EnterAsync("many", TestContext.Current.CancellationToken)];
        List<Task<RequestQueue.Place>> many = [.. Enumerable.Range(0, 8).Select(_ => queue.EnterAsync("many", TestContext.Current.CancellationToken))];
        Task<RequestQueue.Place> one = queue.EnterAsync("one", TestContext.Current.CancellationToken);
        Task<RequestQueue.Place> nobody = queue.EnterAsync(owner: null, TestContext.Current.CancellationToken);

        inside[0].Dispose();
        inside[1].Dispose();
        RequestQueue.Place[] next = [await one, await nobody];
        Assert.DoesNotContain(many, waiting => waiting.IsCompleted);

        // Then turn by turn: each owner's next before anybody's second.
        Task<RequestQueue.Place> again = queue.EnterAsync("one", TestContext.Current.CancellationToken);
        next[0].Dispose();
        next[1].Dispose();
        (await again).Dispose();
        foreach (Task<RequestQueue.Place> waiting in many)
        {
            (await waiting).Dispose();
        }

        Assert.Equal(0, queue.KnownOwners);
    }

    [Fact(Timeout = Patience)]
    public async Task No_owner_takes_the_last_place_and_nobody_in_particular_may()
    {
        RequestQueue queue = new(concurrent: 3, queued: 8);
        using RequestQueue.Place first = await queue.EnterAsync("many", TestContext.Current.CancellationToken);
        RequestQueue.Place second = await queue.EnterAsync("many", TestContext.Current.CancellationToken);
        Task<RequestQueue.Place> third = queue.EnterAsync("many", TestContext.Current.CancellationToken);
        Assert.False(third.IsCompleted);

        // Another owner finds it free at once.
        Task<RequestQueue.Place> other = queue.EnterAsync("one", TestContext.Current.CancellationToken);
        Assert.True(other.IsCompletedSuccessfully);

        // Its going lets nobody in who may not enter; that of one's own does.
        (await other).Dispose();
        Assert.False(third.IsCompleted);
        second.Dispose();
        (await third).Dispose();

        RequestQueue unnamed = new(concurrent: 2, queued: 0);
        using RequestQueue.Place one = await unnamed.EnterAsync(owner: null, TestContext.Current.CancellationToken);
        using RequestQueue.Place two = await unnamed.EnterAsync(owner: null, TestContext.Current.CancellationToken);

        RequestQueue single = new(concurrent: 1, queued: 0);
        using RequestQueue.Place only = await single.EnterAsync("many", TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Patience)]
    public async Task A_full_queue_makes_room_for_whoever_has_fewest_in_it()
    {
        RequestQueue queue = new(concurrent: 1, queued: 4);
        RequestQueue.Place inside = await queue.EnterAsync("many", TestContext.Current.CancellationToken);
        List<Task<RequestQueue.Place>> many = [.. Enumerable.Range(0, 4).Select(_ => queue.EnterAsync("many", TestContext.Current.CancellationToken))];
        await Assert.ThrowsAsync<EngineBusyException>(() => queue.EnterAsync("many", TestContext.Current.CancellationToken));

        Task<RequestQueue.Place> one = queue.EnterAsync("one", TestContext.Current.CancellationToken);
        EngineBusyException pushedOut = await Assert.ThrowsAsync<EngineBusyException>(() => many[3]);
        Assert.True(pushedOut.RetryAfter > TimeSpan.Zero);
        Task<RequestQueue.Place> another = queue.EnterAsync("one", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<EngineBusyException>(() => many[2]);

        // Two and two: nobody has more than another could claim.
        await Assert.ThrowsAsync<EngineBusyException>(() => queue.EnterAsync("one", TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<EngineBusyException>(() => queue.EnterAsync("many", TestContext.Current.CancellationToken));

        inside.Dispose();
        foreach (Task<RequestQueue.Place> waiting in (Task<RequestQueue.Place>[])[one, many[0], another, many[1]])
        {
            (await waiting).Dispose();
        }

        Assert.Equal(0, queue.KnownOwners);
    }

    [Fact(Timeout = Patience)]
    public async Task One_more_waiting_is_not_so_many_that_another_pushes_it_out()
    {
        // Two of one owner and one of the other: pushing out would only turn them around, and go on for ever.
        RequestQueue queue = new(concurrent: 1, queued: 3);
        RequestQueue.Place inside = await queue.EnterAsync("two", TestContext.Current.CancellationToken);
        Task<RequestQueue.Place>[] waiting =
        [
            queue.EnterAsync("one", TestContext.Current.CancellationToken),
            queue.EnterAsync("two", TestContext.Current.CancellationToken),
            queue.EnterAsync("two", TestContext.Current.CancellationToken),
        ];
        await Assert.ThrowsAsync<EngineBusyException>(() => queue.EnterAsync("one", TestContext.Current.CancellationToken));
        inside.Dispose();
        foreach (Task<RequestQueue.Place> next in waiting)
        {
            (await next).Dispose();
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_cap_on_what_one_owner_may_let_wait_leaves_the_others_alone()
    {
        RequestQueue queue = new(concurrent: 1, queued: 4, queuedOfOwner: 1);
        RequestQueue.Place inside = await queue.EnterAsync("many", TestContext.Current.CancellationToken);
        Task<RequestQueue.Place> waiting = queue.EnterAsync("many", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<EngineBusyException>(() => queue.EnterAsync("many", TestContext.Current.CancellationToken));
        Task<RequestQueue.Place> other = queue.EnterAsync("one", TestContext.Current.CancellationToken);
        Task<RequestQueue.Place>[] unnamed = [queue.EnterAsync(owner: null, TestContext.Current.CancellationToken), queue.EnterAsync(owner: null, TestContext.Current.CancellationToken)];
        inside.Dispose();
        foreach (Task<RequestQueue.Place> next in (Task<RequestQueue.Place>[])[unnamed[0], other, waiting, unnamed[1]])
        {
            (await next).Dispose();
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Owners_that_give_up_leave_nothing_behind()
    {
        RequestQueue queue = new(concurrent: 1, queued: 2);
        using RequestQueue.Place inside = await queue.EnterAsync("first", TestContext.Current.CancellationToken);
        using CancellationTokenSource stop = new();
        Task<RequestQueue.Place> waiting = queue.EnterAsync("second", stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.EnterAsync("third", stop.Token));
        Assert.Equal(1, queue.KnownOwners);
    }

    [Fact]
    public void Owners_take_turns_on_the_device()
    {
        DeviceLane lane = new();
        OwnerLine many = new("many");
        OwnerLine one = new("one");
        List<string> order = [];
        DeviceLane.Turn turn = lane.Take(many, TestContext.Current.CancellationToken);
        List<Thread> waiting = [];
        foreach (OwnerLine owner in (OwnerLine[])[many, many, many, one, one])
        {
            Thread thread = new(() =>
            {
                using (lane.Take(owner, TestContext.Current.CancellationToken))
                {
                    order.Add(owner.Owner!);
                }
            });
            thread.Start();
            waiting.Add(thread);
            SpinWait.SpinUntil(() => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0);
        }

        turn.Dispose();
        waiting.ForEach(thread => thread.Join());
        Assert.Equal(["one", "many", "one", "many", "many"], order);
    }
}
