using MGLMM.Orleans.Conversations;
using MGLMM.Orleans.Workers;
using Orleans.Runtime;

namespace MGLMM.Orleans.Tests;

/// <summary>The list of an owner's conversations.</summary>
public sealed class OwnerGrainTests
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(30);

    private readonly FakeTime _time = new();

    [Fact]
    public async Task A_conversation_that_the_storage_let_go_of_leaves_the_list()
    {
        Kept kept = new();
        OwnerGrain grain = new(kept, new WorkerOptions { ConversationAge = Age }, _time);
        await grain.TouchAsync("old", Now(), 10);
        _time.Advance(Age / 2);
        await grain.TouchAsync("young", Now(), 10);
        Assert.Equal(["old", "young"], (await grain.ListAsync()).Keys.Order());
        _time.Advance(Age / 2);
        Assert.Equal(["young"], (await grain.ListAsync()).Keys);

        // It goes for good with the next change, and not as one that was pushed out.
        Assert.Empty(await grain.TouchAsync("young", Now(), 1));
        Assert.Equal(["young"], kept.State.Conversations.Keys);
    }

    [Fact]
    public async Task A_storage_that_keeps_for_good_lists_for_good()
    {
        OwnerGrain grain = new(new Kept(), new WorkerOptions(), _time);
        await grain.TouchAsync("old", Now(), 10);
        _time.Advance(100 * Age);
        Assert.Equal(["old"], (await grain.ListAsync()).Keys);
    }

    private OwnedConversation Now() => new(_time.GetUtcNow(), []);

    private sealed class Kept : IPersistentState<OwnerState>
    {
        public OwnerState State { get; set; } = new();

        public string Etag => string.Empty;

        public bool RecordExists => true;

        public Task ClearStateAsync() => Task.CompletedTask;

        public Task WriteStateAsync() => Task.CompletedTask;

        public Task ReadStateAsync() => Task.CompletedTask;
    }
}
