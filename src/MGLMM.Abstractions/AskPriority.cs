namespace MGLMM;

/// <summary>Which requests come first where several want the same model.</summary>
public enum AskPriority
{
    /// <summary>Somebody waits for the answer.</summary>
    Interactive,

    /// <summary>A job that can wait: it takes what those who wait leave, and a small share where they leave nothing.</summary>
    Background,
}
