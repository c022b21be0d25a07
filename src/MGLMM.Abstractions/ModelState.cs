namespace MGLMM;

/// <summary>How far a model is.</summary>
public enum ModelState
{
    /// <summary>It is being loaded, or will be with the first call.</summary>
    Loading,

    /// <summary>It answers.</summary>
    Ready,

    /// <summary>It could not be loaded and will not be until the host starts again.</summary>
    Failed,

    /// <summary>It was disposed, or the host is shutting down.</summary>
    Stopped,
}
