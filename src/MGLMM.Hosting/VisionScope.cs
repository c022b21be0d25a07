using MGLMM.Vision;
using MGLMM.Vision.Functions;

namespace MGLMM.Hosting;

/// <summary>
/// The tools of one service scope, with a workspace of its own that goes when the scope is disposed, or before where the host's limits of conversations
/// in memory push it out (<see cref="MglmmOptions"/>): for hosts whose conversations last as long as a scope. Thread-safe.
/// </summary>
public sealed class VisionScope : IDisposable
{
    private const string Conversation = "service scope";

    private readonly IVisionToolsets _toolsets;

    // An owner of its own, so that scopes share no limit of conversations per owner.
    private readonly string _owner = $"service scope {Guid.NewGuid():N}";

    /// <summary>Made by the services of a scope.</summary>
    /// <param name="toolsets">The host's toolsets.</param>
    public VisionScope(IVisionToolsets toolsets)
    {
        ArgumentNullException.ThrowIfNull(toolsets);
        _toolsets = toolsets;
    }

    /// <inheritdoc cref="IVisionToolsets.GetAsync(string, string, CancellationToken)"/>
    public ValueTask<VisionToolset> GetToolsetAsync(CancellationToken cancellationToken = default) =>
        _toolsets.GetAsync(_owner, Conversation, cancellationToken);

    /// <inheritdoc cref="IVisionToolsets.FunctionsOf"/>
    public IReadOnlyList<VisionFunction> Functions(VisionFunctionGroups groups = VisionFunctionGroups.All) =>
        _toolsets.FunctionsOf(_owner, Conversation, groups);

    /// <summary>Lets the scope's pictures and regions go.</summary>
    public void Dispose() => _toolsets.Remove(_owner, Conversation);
}
