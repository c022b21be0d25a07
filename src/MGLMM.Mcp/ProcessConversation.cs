using System.Runtime.CompilerServices;
using System.Security.Claims;
using MGLMM.Hosting;
using MGLMM.Vision;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Mcp;

/// <summary>Over stdio a process has one client and one conversation, which lasts as long as the process.</summary>
internal sealed class ProcessConversation(IVisionToolsets toolsets, VisionWorkspaces workspaces) : IMcpConversations, IConversationLease
{
    // Held here, so that it outlives any idle time.
    private readonly VisionWorkspace _workspace = workspaces.GetOrCreate(VisionWorkspace.DefaultOwner, VisionWorkspace.DefaultConversation);

    public bool AreNamed => false;

    VisionWorkspace IConversationLease.Workspace => _workspace;

    IReadOnlyList<VisionFunction> IConversationLease.Functions => toolsets.FunctionsOf(_workspace.Owner, _workspace.Conversation);

    public ValueTask<IConversationLease> FindAsync(ClaimsPrincipal? user, string? conversation, bool begins, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IConversationLease>(this);

#pragma warning disable CS1998 // One conversation, at once, in the form of many.
    public async IAsyncEnumerable<IConversationLease> ListAsync(ClaimsPrincipal? user, [EnumeratorCancellation] CancellationToken cancellationToken)
#pragma warning restore CS1998
    {
        yield return this;
    }

    ValueTask<VisionToolset> IConversationLease.GetToolsetAsync(CancellationToken cancellationToken)
    {
        // Where its idle time pushed it out, it comes back.
        workspaces.TryAdd(_workspace);
        return toolsets.GetAsync(_workspace.Owner, _workspace.Conversation, cancellationToken);
    }

    ValueTask IConversationLease.SaveAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;
}
