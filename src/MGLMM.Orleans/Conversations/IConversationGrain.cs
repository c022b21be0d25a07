using Orleans;

namespace MGLMM.Orleans.Conversations;

/// <summary>A conversation of an owner, called by <c>hash of the owner/handle</c>. A save is refused where it does not come from the last one.</summary>
[Alias("mglmm.conversation")]
internal interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>How often it was saved; 0 where it is not there.</summary>
    [Alias("version")]
    public Task<long> GetVersionAsync();

    /// <summary>The conversation; null where it is not there.</summary>
    [Alias("read")]
    public Task<KeptState?> ReadAsync();

    /// <summary>Saves it. The files must be in the store before.</summary>
    /// <param name="state">What to keep; its version is the one that it comes from.</param>
    /// <returns>The new version; 0 where somebody else saved since, and nothing was kept.</returns>
    [Alias("write")]
    public Task<long> WriteAsync(KeptState state);

    /// <summary>Takes it away, and gives the files that it had.</summary>
    [Alias("remove")]
    public Task<List<string>> RemoveAsync();
}

/// <summary>The list of an owner's conversations, called by the owner's hash.</summary>
[Alias("mglmm.owner-conversations")]
internal interface IOwnerGrain : IGrainWithStringKey
{
    [Alias("list")]
    public Task<Dictionary<string, OwnedConversation>> ListAsync();

    /// <summary>Adds one or says that it was used; gives those that go for it, being more than the owner may have.</summary>
    [Alias("touch")]
    public Task<List<string>> TouchAsync(string conversation, OwnedConversation what, int most);

    [Alias("remove")]
    public Task<bool> RemoveAsync(string conversation);
}
