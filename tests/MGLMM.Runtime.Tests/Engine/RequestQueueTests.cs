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
    public async Task Who_is_inside_sees_that_somebody_waits_but_no_job_in_the_background()
    {
        RequestQueue queue = new(concurrent: 1, queued: 2);
        using RequestQueue.Place inside = await queue.EnterAsync(owner: null, TestContext.Current.CancellationToken);
        Task<RequestQueue.Place> job = queue.EnterAsync(new RequestTerms(null) { IsBackground = true }, TestContext.Current.CancellationToken);
        Assert.False(inside.OthersWait);
        Task<RequestQueue.Place> question = queue.EnterAsync(owner: "ann", TestContext.Current.CancellationToken);
        Assert.True(inside.OthersWait);
        inside.Dispose();
        using (RequestQueue.Place next = await question)
        {
            Assert.False(next.OthersWait);
        }

        (await job).Dispose();
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

    [Fact(Timeout = Patience)]
    public async Task Those_that_somebody_waits_for_come_before_those_in_the_background()
    {
        RequestQueue queue = new(concurrent: 1, queued: 8);
        RequestQueue.Place inside = await queue.EnterAsync("job", TestContext.Current.CancellationToken);
        Task<RequestQueue.Place>[] job = [queue.EnterAsync(Background("job"), TestContext.Current.CancellationToken), queue.EnterAsync(Background("job"), TestContext.Current.CancellationToken)];
        Task<RequestQueue.Place>[] people = [queue.EnterAsync("ann", TestContext.Current.CancellationToken), queue.EnterAsync("job", TestContext.Current.CancellationToken)];
        inside.Dispose();
        foreach (Task<RequestQueue.Place> next in (Task<RequestQueue.Place>[])[people[0], people[1], job[0], job[1]])
        {
            using RequestQueue.Place entered = await next;
            Assert.Equal(1, people.Concat(job).Count(waiting => waiting.IsCompleted && !waiting.Result.IsLeft));
        }

        Assert.Equal(0, queue.KnownOwners);
    }

    [Fact(Timeout = Patience)]
    public async Task A_job_goes_on_while_people_ask_without_a_pause()
    {
        RequestQueue queue = new(concurrent: 1, queued: 8);
        RequestQueue.Place inside = await queue.EnterAsync("ann", TestContext.Current.CancellationToken);
        Task<RequestQueue.Place> job = queue.EnterAsync(Background("job"), TestContext.Current.CancellationToken);
        int admitted = 0;
        while (!job.IsCompleted)
        {
            Assert.InRange(admitted, 0, RequestQueue.AdmissionsBeforeBackground);
            Task<RequestQueue.Place> next = queue.EnterAsync("ann", TestContext.Current.CancellationToken);
            inside.Dispose();
            Task<RequestQueue.Place> entered = await Task.WhenAny(job, next);
            inside = await entered;
            admitted += entered == next ? 1 : 0;
        }

        Assert.Equal(RequestQueue.AdmissionsBeforeBackground, admitted);
    }

    [Fact(Timeout = Patience)]
    public async Task A_job_leaves_one_place_of_several_and_takes_the_only_one()
    {
        RequestQueue queue = new(concurrent: 3, queued: 8, concurrentOfOwner: 3);
        using RequestQueue.Place first = await queue.EnterAsync(Background("job"), TestContext.Current.CancellationToken);
        RequestQueue.Place second = await queue.EnterAsync(Background("other"), TestContext.Current.CancellationToken);
        Task<RequestQueue.Place> third = queue.EnterAsync(Background(null), TestContext.Current.CancellationToken);
        Assert.False(third.IsCompleted);
        Task<RequestQueue.Place> somebody = queue.EnterAsync("ann", TestContext.Current.CancellationToken);
        Assert.True(somebody.IsCompletedSuccessfully);
        second.Dispose();
        (await third).Dispose();

        RequestQueue single = new(concurrent: 1, queued: 0);
        (await single.EnterAsync(Background("job"), TestContext.Current.CancellationToken)).Dispose();
    }

    [Fact(Timeout = Patience)]
    public async Task One_who_takes_the_room_of_a_job_of_ones_own_has_a_turn()
    {
        RequestQueue queue = new(concurrent: 1, queued: 2);
        RequestQueue.Place inside = await queue.EnterAsync("bert", TestContext.Current.CancellationToken);
        Task<RequestQueue.Place> job = queue.EnterAsync(Background("anna"), TestContext.Current.CancellationToken);
        Task<RequestQueue.Place> next = queue.EnterAsync("bert", TestContext.Current.CancellationToken);
        Task<RequestQueue.Place> asked = queue.EnterAsync("anna", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<EngineBusyException>(() => job);
        inside.Dispose();
        (await asked).Dispose();
        (await next).Dispose();
        Assert.Equal(0, queue.KnownOwners);
    }

    [Fact(Timeout = Patience)]
    public async Task A_job_is_the_first_to_lose_its_room_and_takes_nobodys()
    {
        RequestQueue queue = new(concurrent: 1, queued: 2);
        RequestQueue.Place inside = await queue.EnterAsync("ann", TestContext.Current.CancellationToken);
        Task<RequestQueue.Place> ann = queue.EnterAsync("ann", TestContext.Current.CancellationToken);
        Task<RequestQueue.Place> job = queue.EnterAsync(Background("job"), TestContext.Current.CancellationToken);
        Task<RequestQueue.Place> again = queue.EnterAsync("ann", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<EngineBusyException>(() => job);
        await Assert.ThrowsAsync<EngineBusyException>(() => queue.EnterAsync(Background("job"), TestContext.Current.CancellationToken));
        inside.Dispose();
        (await ann).Dispose();
        (await again).Dispose();
        Assert.Equal(0, queue.KnownOwners);
    }

    [Fact(Timeout = Patience)]
    public async Task What_cannot_be_there_in_time_is_refused_at_once()
    {
        // 10 s inside and 10 s of each who waits in the same round: 20 s before it and 5 s of its own.
        RequestQueue queue = new(concurrent: 1, queued: 8);
        RequestQueue.Place inside = await queue.EnterAsync(Of("ann", 10, null), TestContext.Current.CancellationToken);
        Task<RequestQueue.Place>[] waiting = [queue.EnterAsync(Of("ann", 10, null), TestContext.Current.CancellationToken), queue.EnterAsync(Of("ann", 10, null), TestContext.Current.CancellationToken)];
        EngineBusyException refused = await Assert.ThrowsAsync<EngineBusyException>(() => queue.EnterAsync(Of("bob", 5, 24), TestContext.Current.CancellationToken));
        Assert.Equal(1, refused.RetryAfter.TotalSeconds, tolerance: 0.1);
        Assert.Contains("behind 20 s", refused.Message, StringComparison.Ordinal);
        Task<RequestQueue.Place> accepted = queue.EnterAsync(Of("bob", 5, 25.5), TestContext.Current.CancellationToken);
        Assert.False(accepted.IsFaulted);

        // Ann's third would wait for everything of her own.
        await Assert.ThrowsAsync<EngineBusyException>(() => queue.EnterAsync(Of("ann", 10, 44), TestContext.Current.CancellationToken));

        // In the background, everybody who waits comes before it.
        await Assert.ThrowsAsync<EngineBusyException>(() => queue.EnterAsync(Of("job", 1, 35) with { IsBackground = true }, TestContext.Current.CancellationToken));
        inside.Dispose();
        foreach (Task<RequestQueue.Place> next in (Task<RequestQueue.Place>[])[accepted, .. waiting])
        {
            (await next).Dispose();
        }
    }

    [Fact(Timeout = Patience)]
    public async Task What_was_done_already_is_not_waited_for()
    {
        RequestQueue queue = new(concurrent: 1, queued: 8);
        RequestQueue.Place inside = await queue.EnterAsync(Of("ann", 0.02, null), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<EngineBusyException>(() => queue.EnterAsync(Of("bob", 0, 0.001), TestContext.Current.CancellationToken));
        while (inside.Remaining > TimeSpan.Zero)
        {
            inside.TakeDevice(TestContext.Current.CancellationToken).Dispose();
        }

        Task<RequestQueue.Place> waiting = queue.EnterAsync(Of("bob", 0, 0.001), TestContext.Current.CancellationToken);
        inside.Dispose();
        (await waiting).Dispose();
    }

    [Fact(Timeout = Patience)]
    public async Task A_host_may_say_how_long_anybody_waits_at_most()
    {
        RequestQueue queue = new(concurrent: 1, queued: 8, longestWait: TimeSpan.FromSeconds(15));
        RequestQueue.Place inside = await queue.EnterAsync(Of("ann", 10, null), TestContext.Current.CancellationToken);
        Task<RequestQueue.Place> waiting = queue.EnterAsync(Of("ann", 10, null), TestContext.Current.CancellationToken);
        EngineBusyException refused = await Assert.ThrowsAsync<EngineBusyException>(() => queue.EnterAsync(Of("ann", 10, null), TestContext.Current.CancellationToken));
        Assert.Equal(5, refused.RetryAfter.TotalSeconds, tolerance: 0.1);
        inside.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public void The_device_goes_to_those_that_somebody_waits_for_and_now_and_then_to_the_others()
    {
        DeviceLane lane = new();
        (OwnerLine people, OwnerLine job) = (new OwnerLine("people"), new OwnerLine("job"));
        List<string> order = [];
        DeviceLane.Turn turn = lane.Take(people, TestContext.Current.CancellationToken);
        List<Thread> waiting = [];
        foreach (OwnerLine owner in (OwnerLine[])[job, job, .. Enumerable.Repeat(people, DeviceLane.TurnsBeforeBackground + 2)])
        {
            Thread thread = new(() =>
            {
                using (lane.Take(owner, background: owner == job, null, null, TestContext.Current.CancellationToken))
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
        Assert.Equal([.. Enumerable.Repeat("people", DeviceLane.TurnsBeforeBackground), "job", "people", "people", "job"], order);
    }

    private static RequestTerms Background(string? owner) => new(owner) { IsBackground = true };

    private static RequestTerms Of(string owner, double cost, double? within) =>
        new(owner) { Cost = TimeSpan.FromSeconds(cost), Within = within is { } seconds ? TimeSpan.FromSeconds(seconds) : null };
}
