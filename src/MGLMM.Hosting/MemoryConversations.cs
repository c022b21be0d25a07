using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Options;

namespace MGLMM.Hosting;

/// <summary>Keeps conversations in the host's <see cref="VisionWorkspaces"/>, under its limits, for as long as the process lives.</summary>
internal sealed class MemoryConversations(VisionWorkspaces workspaces, VisionToolsets toolsets, IOptions<MglmmOptions> options) : IConversations
{
    private readonly WorkspaceLimits _limits = options.Value.ToWorkspacesOptions().WorkspaceLimits;

    public ValueTask<IConversationLease> BeginAsync(string owner, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConversationLease>(new Lease(this, new VisionWorkspace(owner, ConversationHandle.New(), _limits)));

    public ValueTask<IConversationLease?> FindAsync(string owner, string conversation, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConversationLease?>(workspaces.TryGet(owner, conversation, out VisionWorkspace? workspace) ? new Lease(this, workspace) : null);

    public ValueTask<IReadOnlyList<ConversationSummary>> ListAsync(string owner, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyList<ConversationSummary>>(
            [.. workspaces.OfOwner(owner).Select(workspace => new ConversationSummary(
                workspace.Conversation, workspace.LastUsed, [.. workspace.Images.Select(image => image.Name)]))]);

    public ValueTask<bool> RemoveAsync(string owner, string conversation, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(workspaces.Remove(owner, conversation));

    private sealed class Lease(MemoryConversations conversations, VisionWorkspace workspace) : IConversationLease
    {
        public VisionWorkspace Workspace => workspace;

        public IReadOnlyList<VisionFunction> Functions => conversations.Toolsets.FunctionsOver(workspace);

        public ValueTask<VisionToolset> GetToolsetAsync(CancellationToken cancellationToken = default) => conversations.Toolsets.GetAsync(workspace, cancellationToken);

        public ValueTask SaveAsync(CancellationToken cancellationToken = default)
        {
            // False where it is kept already. One that was pushed out while it was used comes back.
            conversations.Workspaces.TryAdd(workspace);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private VisionToolsets Toolsets => toolsets;

    private VisionWorkspaces Workspaces => workspaces;
}
