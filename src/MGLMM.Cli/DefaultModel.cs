using MGLMM.Models.Scenes;

namespace MGLMM.Cli;

/// <summary>The model where none is named.</summary>
internal static class DefaultModel
{
    /// <summary>The embedded scenes model.</summary>
    public static string Path => ScenesModel.BundlePath;
}
