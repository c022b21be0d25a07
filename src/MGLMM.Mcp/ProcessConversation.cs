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
    // Held here, so that it outlives any idle time: whatever is called is called over this one, not over what is found under its names.
    private readonly VisionWorkspace _workspace = workspaces.GetOrCreate(VisionWorkspace.DefaultOwner, VisionWorkspace.DefaultConversation);

    public bool AreNamed => false;

    VisionWorkspace IConversationLease.Workspace => _workspace;

    IReadOnlyList<VisionFunction> IConversationLease.Functions => toolsets.FunctionsOver(_workspace);

    public ValueTask<IConversationLease> FindAsync(ClaimsPrincipal? user, string? conversation, bool begins, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IConversationLease>(this);

#pragma warning disable CS1998 // One conversation, at once, in the form of many.
    public async IAsyncEnumerable<IConversationLease> ListAsync(ClaimsPrincipal? user, [EnumeratorCancellation] CancellationToken cancellationToken)
#pragma warning restore CS1998
    {
        yield return this;
    }

    ValueTask<VisionToolset> IConversationLease.GetToolsetAsync(CancellationToken cancellationToken) => toolsets.GetAsync(_workspace, cancellationToken);

    ValueTask IConversationLease.SaveAsync(CancellationToken cancellationToken)
    {
        // Where its idle time pushed it out, it comes back for the rest of the host.
        workspaces.TryAdd(_workspace);
        return ValueTask.CompletedTask;
    }

    ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;
}
