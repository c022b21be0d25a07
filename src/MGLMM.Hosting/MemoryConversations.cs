using System.Runtime.CompilerServices;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Options;

namespace MGLMM.Hosting;

/// <summary>Keeps conversations in the host's <see cref="VisionWorkspaces"/>, under its limits of time, number and bytes, and at most for as long as the process lives.</summary>
internal sealed class MemoryConversations(VisionWorkspaces workspaces, VisionToolsets toolsets, IOptions<MglmmOptions> options) : IConversations
{
    private readonly WorkspaceLimits _limits = options.Value.ToWorkspacesOptions().WorkspaceLimits;

    // What its owner has let go does not come back with a call that was under way.
    private readonly ConditionalWeakTable<VisionWorkspace, object> _removed = [];

    public ValueTask<IConversationLease> BeginAsync(string owner, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConversationLease>(new Lease(this, new VisionWorkspace(owner, ConversationHandle.New(), _limits).Hold()));

    public ValueTask<IConversationLease?> FindAsync(string owner, string conversation, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(LeaseOf(workspaces.Hold(owner, conversation)));

    public ValueTask<IConversationLease?> LookAsync(string owner, string conversation, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(LeaseOf(workspaces.Hold(owner, conversation, counts: false)));

    public ValueTask<IReadOnlyList<ConversationSummary>> ListAsync(string owner, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyList<ConversationSummary>>(
            [.. workspaces.OfOwner(owner).Select(workspace => new ConversationSummary(
                workspace.Conversation, workspace.LastUsed, [.. workspace.Images.Select(image => image.Name)]))]);

    public ValueTask<bool> RemoveAsync(string owner, string conversation, CancellationToken cancellationToken = default)
    {
        using WorkspaceHold? found = workspaces.Hold(owner, conversation, counts: false);
        if (found is null)
        {
            return ValueTask.FromResult(false);
        }

        // Noted before it goes: a save looks behind itself.
        _removed.AddOrUpdate(found.Workspace, found);
        return ValueTask.FromResult(workspaces.Remove(owner, conversation));
    }

    private IConversationLease? LeaseOf(WorkspaceHold? hold) => hold is null ? null : new Lease(this, hold);

    private void Save(VisionWorkspace workspace)
    {
        // False where it is kept already.
        if (!IsRemoved(workspace) && workspaces.TryAdd(workspace) && IsRemoved(workspace))
        {
            workspaces.Remove(workspace.Owner, workspace.Conversation);
        }
    }

    private bool IsRemoved(VisionWorkspace workspace) => _removed.TryGetValue(workspace, out _);

    private sealed class Lease(MemoryConversations conversations, WorkspaceHold hold) : IConversationLease
    {
        public VisionWorkspace Workspace => hold.Workspace;

        public IReadOnlyList<VisionFunction> Functions => conversations.Toolsets.FunctionsOver(Workspace);

        public ValueTask<VisionToolset> GetToolsetAsync(CancellationToken cancellationToken = default) => conversations.Toolsets.GetAsync(Workspace, cancellationToken);

        public ValueTask SaveAsync(CancellationToken cancellationToken = default)
        {
            conversations.Save(Workspace);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            hold.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private VisionToolsets Toolsets => toolsets;
}
