using MGLMM.Vision;
using MGLMM.Vision.Functions;

namespace MGLMM.SemanticKernel.Hosting;

/// <summary>
/// The tools of one service scope, with a workspace of its own that goes when the scope is disposed: for hosts whose conversations last as
/// long as a scope. Thread-safe.
/// </summary>
public sealed class VisionScope : IDisposable
{
    private const string Owner = "service scope";

    private readonly IVisionToolsets _toolsets;
    private readonly string _conversation = Guid.NewGuid().ToString("N");

    /// <summary>Made by the services of a scope.</summary>
    /// <param name="toolsets">The host's toolsets.</param>
    public VisionScope(IVisionToolsets toolsets)
    {
        ArgumentNullException.ThrowIfNull(toolsets);
        _toolsets = toolsets;
    }

    /// <inheritdoc cref="IVisionToolsets.GetAsync"/>
    public ValueTask<VisionToolset> GetToolsetAsync(CancellationToken cancellationToken = default) =>
        _toolsets.GetAsync(Owner, _conversation, cancellationToken);

    /// <inheritdoc cref="IVisionToolsets.FunctionsOf"/>
    public IReadOnlyList<VisionFunction> Functions(VisionFunctionGroups groups = VisionFunctionGroups.All) =>
        _toolsets.FunctionsOf(Owner, _conversation, groups);

    /// <summary>Lets the scope's pictures and regions go.</summary>
    public void Dispose() => _toolsets.Remove(Owner, _conversation);
}
