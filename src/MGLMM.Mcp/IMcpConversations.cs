using System.Security.Claims;
using MGLMM.Hosting;

namespace MGLMM.Mcp;

/// <summary>Which conversation a request is about.</summary>
internal interface IMcpConversations
{
    /// <summary>
    /// Whether requests may name a conversation: then tools take it as an argument, <c>open_image</c> tells it, and addresses of resources hold it.
    /// </summary>
    public bool AreNamed { get; }

    /// <summary>Finds the conversation of a request.</summary>
    /// <param name="user">Who asks; null without authentication.</param>
    /// <param name="conversation">The handle that the request names; null where it names none.</param>
    /// <param name="begins">Whether a request that names none begins a new one.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="UnknownConversationException">There is none, or it is not clear which is meant.</exception>
    public ValueTask<IConversationLease> FindAsync(ClaimsPrincipal? user, string? conversation, bool begins, CancellationToken cancellationToken);

    /// <summary>The conversations that a request may list resources of, those few that were used last. Listing does not count as use.</summary>
    /// <param name="user">Who asks; null without authentication.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>Not let go until disposed, the one that was used last first.</returns>
    public IAsyncEnumerable<IConversationLease> ListAsync(ClaimsPrincipal? user, CancellationToken cancellationToken);
}
