using System.Runtime.CompilerServices;
using System.Security.Claims;
using MGLMM.Hosting;
using MGLMM.Vision.Results;
using Microsoft.Extensions.Options;

namespace MGLMM.Mcp;

/// <summary>
/// Over HTTP the protocol has no sessions: a request belongs to the owner who is authenticated and to the conversation that it names. One that
/// names none means the owner's only one; conversations that nobody used for an hour (or <see cref="MglmmOptions.ConversationIdleTime"/>, where that is less) do not
/// count as long as there is one that was.
/// </summary>
internal sealed class OwnedConversations(IConversations conversations, IOptions<MglmmOptions> options, TimeProvider? time = null) : IMcpConversations
{
    // Over conversations that may have to be read from a disk.
    private const int MostTold = 8;

    private static readonly TimeSpan Recently = TimeSpan.FromHours(1);

    public bool AreNamed => true;

    public async ValueTask<IConversationLease> FindAsync(ClaimsPrincipal? user, string? conversation, bool begins, CancellationToken cancellationToken)
    {
        string owner = ConversationOwner.Of(user);
        if (conversation is null && begins)
        {
            return await conversations.BeginAsync(owner, cancellationToken).ConfigureAwait(false);
        }

        if (conversation is not null)
        {
            return await conversations.FindAsync(owner, conversation, cancellationToken).ConfigureAwait(false)
                ?? throw new UnknownConversationException(
                    ToolErrorCodes.UnknownHandle, "There is no such conversation, or it is no longer kept.", await KnownAsync(owner, begins, cancellationToken).ConfigureAwait(false));
        }

        IReadOnlyList<ConversationSummary> live = await LiveAsync(owner, cancellationToken).ConfigureAwait(false);
        if (live.Count > 1)
        {
            throw new UnknownConversationException(
                ToolErrorCodes.BadArgument, "Several conversations are open, and the call does not say which it is about.", await KnownAsync(owner, begins, cancellationToken).ConfigureAwait(false));
        }

        return live.Count == 1 && await conversations.FindAsync(owner, live[0].Conversation, cancellationToken).ConfigureAwait(false) is { } only
            ? only
            : throw new UnknownConversationException(ToolErrorCodes.UnknownHandle, "No picture is open yet.", "Open one with open_image first.");
    }

    public async IAsyncEnumerable<IConversationLease> ListAsync(ClaimsPrincipal? user, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string owner = ConversationOwner.Of(user);
        foreach (ConversationSummary summary in (await LiveAsync(owner, cancellationToken).ConfigureAwait(false)).Take(MostTold))
        {
            if (await conversations.LookAsync(owner, summary.Conversation, cancellationToken).ConfigureAwait(false) is { } lease)
            {
                yield return lease;
            }
        }
    }

    private async ValueTask<IReadOnlyList<ConversationSummary>> LiveAsync(string owner, CancellationToken cancellationToken)
    {
        IReadOnlyList<ConversationSummary> all = await conversations.ListAsync(owner, cancellationToken).ConfigureAwait(false);
        TimeSpan idle = options.Value.ConversationIdleTime;
        DateTimeOffset since = (time ?? TimeProvider.System).GetUtcNow() - (idle > TimeSpan.Zero && idle < Recently ? idle : Recently);
        ConversationSummary[] live = [.. all.Where(summary => summary.LastUsed >= since)];
        return live.Length > 0 ? live : all;
    }

    /// <summary>The way out: what there is, and that a call which begins a conversation need name none.</summary>
    private async ValueTask<string> KnownAsync(string owner, bool begins, CancellationToken cancellationToken)
    {
        IReadOnlyList<ConversationSummary> known = await LiveAsync(owner, cancellationToken).ConfigureAwait(false);
        if (known.Count == 0)
        {
            return begins ? "Leave the argument conversation out: a new one begins." : "Open a picture with open_image, which begins a conversation.";
        }

        string told = string.Join("; ", known.Take(MostTold).Select(summary => $"{summary.Conversation} ({string.Join(", ", summary.Pictures.Take(3))})"));
        return $"Call again with the argument conversation, one of: {told}{(begins ? "; or leave it out, and a new one begins" : string.Empty)}.";
    }
}
