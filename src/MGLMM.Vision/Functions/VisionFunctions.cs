using MGLMM.Vision.Exports;
using MGLMM.Vision.Tools;
using MGLMM.Vision.Tools.BuiltIn;

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
        return Of(toolset.Tools, _ => ValueTask.FromResult(toolset), groups);
    }

    /// <summary>The functions over a toolset that may not be there yet.</summary>
    /// <param name="toolset">
    /// Gives the toolset, with each call; it may wait. It throws <see cref="VisionNotReadyException"/> where there is none, which callers get as a
    /// result.
    /// </param>
    /// <param name="groups">Which functions.</param>
    /// <param name="ownTools">The host's own tools, as the toolset will have them; null for none.</param>
    /// <param name="exportFormats">The formats that the toolset will know (<see cref="VisionToolsetOptions.ExportFormats"/>); null takes ours.</param>
    public static IReadOnlyList<VisionFunction> Over(
        Func<CancellationToken, ValueTask<VisionToolset>> toolset, VisionFunctionGroups groups = VisionFunctionGroups.All, IEnumerable<VisionTool>? ownTools = null,
        IReadOnlyList<IExportFormat>? exportFormats = null)
    {
        ArgumentNullException.ThrowIfNull(toolset);
        return Of([.. BuiltInTools.With(exportFormats), .. ownTools ?? []], toolset, groups);
    }

    private static VisionFunction[] Of(
        IReadOnlyList<VisionTool> tools, Func<CancellationToken, ValueTask<VisionToolset>> toolset, VisionFunctionGroups groups) =>
        [.. tools.Where(tool => groups.HasFlag(GroupOf(tool))).Select(tool => new VisionFunction(tool, GroupOf(tool), toolset))];

    private static VisionFunctionGroups GroupOf(VisionTool tool) => tool.GroupName switch
    {
        _ when !BuiltInTools.Holds(tool) => VisionFunctionGroups.Own,
        ToolGroups.Geometry => VisionFunctionGroups.Geometry,
        ToolGroups.Output => VisionFunctionGroups.Output,
        _ => VisionFunctionGroups.Vision,
    };
}
