using MGLMM.Vision;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Hosting;

/// <summary>A conversation in use: it is not let go before this is disposed. Thread-safe.</summary>
public interface IConversationLease : IAsyncDisposable
{
    /// <summary>Its pictures, regions and files; <see cref="VisionWorkspace.Conversation"/> is its handle.</summary>
    public VisionWorkspace Workspace { get; }

    /// <summary>Its tools; waits for the model as long as <see cref="MglmmOptions.LoadWait"/> says.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="VisionNotReadyException">The model is not loaded yet, or could not be.</exception>
    public ValueTask<VisionToolset> GetToolsetAsync(CancellationToken cancellationToken = default);

    /// <summary>Its functions, at once: those that ask the model wait for it with their first call, the others need none.</summary>
    public IReadOnlyList<VisionFunction> Functions { get; }

    /// <summary>Keeps the conversation as it is now. Call it after whatever added to the workspace, before its handles are told to anybody.</summary>
    /// <param name="cancellationToken">Ends it early; what was kept before stays.</param>
    /// <exception cref="IOException">It could not be kept.</exception>
    public ValueTask SaveAsync(CancellationToken cancellationToken = default);
}
