namespace MGLMM.Hosting;

/// <summary>
/// The conversations of a host's owners, each with a workspace of its own: begun, found again by handle, and kept. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// For surfaces that have no session of their own to hang a workspace on (MCP over HTTP, a web interface). <c>AddMglmm</c> registers one that
/// keeps them in memory; register another before it to keep them elsewhere.
/// </para>
/// <para>A handle is found under its owner alone. Take the owner from the authenticated principal (<see cref="ConversationOwner"/>).</para>
/// </remarks>
public interface IConversations
{
    /// <summary>Begins a conversation, under a handle that was never given. It is found again only once it was saved.</summary>
    /// <param name="owner">Who it belongs to.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The conversation, in use until disposed.</returns>
    public ValueTask<IConversationLease> BeginAsync(string owner, CancellationToken cancellationToken = default);

    /// <summary>Finds a conversation.</summary>
    /// <param name="owner">Who it belongs to.</param>
    /// <param name="conversation">Its handle.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The conversation, in use until disposed; null where the owner has none of that handle.</returns>
    public ValueTask<IConversationLease?> FindAsync(string owner, string conversation, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="FindAsync"/>, to tell what a conversation holds: it does not count as use of it. Where nothing better is known, it is found.</summary>
    /// <param name="owner">Who it belongs to.</param>
    /// <param name="conversation">Its handle.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The conversation, not let go until disposed; null where the owner has none of that handle.</returns>
    public ValueTask<IConversationLease?> LookAsync(string owner, string conversation, CancellationToken cancellationToken = default) => FindAsync(owner, conversation, cancellationToken);

    /// <summary>An owner's conversations, the one that was used last first.</summary>
    /// <param name="owner">Who they belong to.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public ValueTask<IReadOnlyList<ConversationSummary>> ListAsync(string owner, CancellationToken cancellationToken = default);

    /// <summary>Lets a conversation's pictures and regions go.</summary>
    /// <param name="owner">Who it belongs to.</param>
    /// <param name="conversation">Its handle.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>Whether there was one.</returns>
    public ValueTask<bool> RemoveAsync(string owner, string conversation, CancellationToken cancellationToken = default);
}
