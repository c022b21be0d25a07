using Microsoft.Extensions.AI;

namespace MGLMM.Vision.Functions;

/// <summary>A toolset as tools of Microsoft.Extensions.AI.</summary>
public static class VisionToolsetFunctions
{
    /// <summary>The toolset's functions as tools, for <see cref="ChatOptions.Tools"/>.</summary>
    /// <param name="toolset">The tools, with the workspace of one conversation.</param>
    /// <param name="groups">Which functions.</param>
    /// <returns>A new list of <see cref="VisionFunction"/>.</returns>
    public static IList<AITool> AsAITools(this VisionToolset toolset, VisionFunctionGroups groups = VisionFunctionGroups.All) =>
        [.. VisionFunctions.Over(toolset, groups)];
}
