using MGLMM.Vision.Exports;

namespace MGLMM.Vision.Functions;

/// <summary>
/// The tools as functions for language models. This is the one place that says what they are called and how they are described;
/// every surface (Microsoft.Extensions.AI, Semantic Kernel) is made from it.
/// </summary>
public static class VisionFunctions
{
    /// <summary>The functions over a toolset.</summary>
    /// <param name="toolset">The tools, with the workspace of one conversation.</param>
    /// <param name="groups">Which functions.</param>
    public static IReadOnlyList<VisionFunction> Over(VisionToolset toolset, VisionFunctionGroups groups = VisionFunctionGroups.All)
    {
        ArgumentNullException.ThrowIfNull(toolset);
        return Over(_ => ValueTask.FromResult(toolset), groups, toolset.Options.ExportFormats);
    }

    /// <summary>The functions over a toolset that may not be there yet.</summary>
    /// <param name="toolset">
    /// Gives the toolset, with each call; it may wait. It throws <see cref="VisionNotReadyException"/> where there is none, which callers get as a
    /// result.
    /// </param>
    /// <param name="groups">Which functions.</param>
    /// <param name="exportFormats">The formats that the toolset will know (<see cref="VisionToolsetOptions.ExportFormats"/>); null takes ours.</param>
    public static IReadOnlyList<VisionFunction> Over(
        Func<CancellationToken, ValueTask<VisionToolset>> toolset, VisionFunctionGroups groups = VisionFunctionGroups.All,
        IReadOnlyList<IExportFormat>? exportFormats = null)
    {
        ArgumentNullException.ThrowIfNull(toolset);
        var definitions = exportFormats is null || ReferenceEquals(exportFormats, ExportFormats.BuiltIn) ? FunctionDefinition.All : FunctionDefinition.With(exportFormats);
        return [.. definitions.Where(definition => groups.HasFlag(definition.Group)).Select(definition => new VisionFunction(definition, toolset))];
    }
}
