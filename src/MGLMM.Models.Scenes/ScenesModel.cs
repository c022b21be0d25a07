namespace MGLMM.Models.Scenes;

/// <summary>Where the embedded scenes model lies beside the application.</summary>
public static class ScenesModel
{
    /// <summary>The bundle's folder, copied beside the application by the build.</summary>
    public static string BundlePath => Path.Combine(AppContext.BaseDirectory, "models", "scenes");
}
