using MGLMM.Orleans.Workers;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace MGLMM.Orleans.Conversations;

/// <inheritdoc cref="IConversationGrain"/>
internal sealed class ConversationGrain([PersistentState("conversation", ClusterStorage.Name)] IPersistentState<KeptState> kept) : Grain, IConversationGrain
{
    public Task<long> GetVersionAsync() => Task.FromResult(kept.State.Version);

    public Task<KeptState?> ReadAsync() => Task.FromResult(kept.State.Version > 0 ? kept.State : null);

    public async Task<long> WriteAsync(KeptState state)
    {
        if (state.Version != kept.State.Version)
        {
            return 0;
        }

        KeptState before = kept.State;
        state.Version++;
        kept.State = state;
        try
        {
            await kept.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            // Another activation wrote: what is here is old, and goes.
            DeactivateOnIdle();
            return 0;
        }
        catch
        {
            kept.State = before;
            throw;
        }

        return state.Version;
    }

    public async Task<List<string>> RemoveAsync()
    {
        List<string> files = kept.State.Files;
        await kept.ClearStateAsync();
        kept.State = new KeptState();
        DeactivateOnIdle();
        return files;
    }
}

/// <inheritdoc cref="IOwnerGrain"/>
/// <remarks>A conversation that the storage let go of for its age is not told of, and leaves the list with the next change.</remarks>
internal sealed class OwnerGrain([PersistentState("owner", ClusterStorage.Name)] IPersistentState<OwnerState> kept, WorkerOptions options, TimeProvider time) : Grain, IOwnerGrain
{
    public Task<Dictionary<string, OwnedConversation>> ListAsync() => Task.FromResult(Current());

    public async Task<List<string>> TouchAsync(string conversation, OwnedConversation what, int most)
    {
        kept.State.Conversations = Current();
        kept.State.Conversations[conversation] = what;
        List<string> gone =
        [
            .. kept.State.Conversations.Where(other => other.Key != conversation).OrderByDescending(other => other.Value.LastUsed).Skip(most - 1).Select(other => other.Key),
        ];
        foreach (string other in gone)
        {
            kept.State.Conversations.Remove(other);
        }

        await kept.WriteStateAsync();
        return gone;
    }

    public async Task<bool> RemoveAsync(string conversation)
    {
        if (!kept.State.Conversations.Remove(conversation))
        {
            return false;
        }

        await kept.WriteStateAsync();
        return true;
    }

    private Dictionary<string, OwnedConversation> Current()
    {
        DateTimeOffset now = time.GetUtcNow();
        return kept.State.Conversations.Where(one => options.ConversationAge is not { } age || now - one.Value.LastUsed < age).ToDictionary();
    }
}
