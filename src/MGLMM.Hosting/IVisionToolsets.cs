using MGLMM.Vision;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Hosting;

/// <summary>
/// The toolsets of a host: one model for all, and a workspace for each owner's conversation, so that none sees another's handles.
/// Registered by <see cref="MglmmServices.AddMglmm(Microsoft.Extensions.DependencyInjection.IServiceCollection, Action{MglmmOptions}?)"/>. Thread-safe.
/// </summary>
/// <remarks>Take the owner from the authenticated principal, never from what a model or a caller writes.</remarks>
public interface IVisionToolsets
{
    /// <summary>How far the model is; never waits.</summary>
    public ModelStatus Status { get; }

    /// <summary>
    /// The model itself, to ask it without tools; waits as long as <see cref="MglmmOptions.LoadWait"/> says.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The host's model; not to be disposed.</returns>
    /// <exception cref="VisionNotReadyException">The model is not loaded yet, or could not be.</exception>
    public ValueTask<IGroundingModel> GetModelAsync(CancellationToken cancellationToken = default);

    /// <summary>The tools of a conversation; waits for the model as long as <see cref="MglmmOptions.LoadWait"/> says.</summary>
    /// <param name="owner">Who the conversation belongs to.</param>
    /// <param name="conversation">Which of the owner's conversations.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The same toolset for the same conversation, as long as its workspace is kept. It stays the host's.</returns>
    /// <exception cref="VisionNotReadyException">The model is not loaded yet, or could not be.</exception>
    public ValueTask<VisionToolset> GetAsync(string owner, string conversation, CancellationToken cancellationToken = default);

    /// <summary>
    /// The functions of a conversation, at once: those that ask the model wait for it with their first call, and tell the caller to come again where
    /// it is not there in time. Geometry, drawings and exports need no model and wait for none.
    /// </summary>
    /// <param name="owner">Who the conversation belongs to.</param>
    /// <param name="conversation">Which of the owner's conversations.</param>
    /// <param name="groups">Which functions.</param>
    public IReadOnlyList<VisionFunction> FunctionsOf(string owner, string conversation, VisionFunctionGroups groups = VisionFunctionGroups.All);

    /// <summary>The tools over a workspace that the caller keeps, such as one that came from a store of the host's own.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="cancellationToken">Ends the wait for the model.</param>
    /// <returns>The same toolset for the same workspace.</returns>
    /// <exception cref="VisionNotReadyException">The model is not loaded yet, or could not be.</exception>
    public ValueTask<VisionToolset> GetAsync(VisionWorkspace workspace, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="FunctionsOf"/>, over a workspace that the caller keeps. By default all of them wait for the model.</summary>
    /// <param name="workspace">The workspace.</param>
    public IReadOnlyList<VisionFunction> FunctionsOver(VisionWorkspace workspace) => FunctionsOver(cancellationToken => GetAsync(workspace, cancellationToken));

    /// <summary>The host's functions over tools that are got elsewhere, when one is called.</summary>
    /// <param name="toolset">Gives the tools; called with each call.</param>
    public IReadOnlyList<VisionFunction> FunctionsOver(Func<CancellationToken, ValueTask<VisionToolset>> toolset);

    /// <summary>Lets a conversation's pictures and regions go.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Remove(string owner, string conversation);
}
