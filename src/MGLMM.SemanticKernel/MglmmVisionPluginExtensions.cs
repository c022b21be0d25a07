using MGLMM.Vision;
using Microsoft.SemanticKernel;

namespace MGLMM.SemanticKernel;

/// <summary>Adds the vision functions to a kernel.</summary>
public static class MglmmVisionPluginExtensions
{
    /// <summary>The plugin's name where none is given.</summary>
    public const string DefaultPluginName = "vision";

    /// <summary>Adds the vision functions.</summary>
    /// <param name="plugins">A kernel's plugins.</param>
    /// <param name="toolset">The tools, with the workspace of one conversation.</param>
    /// <param name="pluginName">The plugin's name.</param>
    public static KernelPlugin AddMglmmVision(this ICollection<KernelPlugin> plugins, VisionToolset toolset, string pluginName = DefaultPluginName)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        ArgumentNullException.ThrowIfNull(toolset);
        return plugins.AddFromObject(new MglmmVisionPlugin(toolset), pluginName);
    }
}
