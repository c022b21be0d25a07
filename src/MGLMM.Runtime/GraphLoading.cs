namespace MGLMM.Runtime;

/// <summary>When a model's graphs are loaded.</summary>
public enum GraphLoading
{
    /// <summary>Before the model is given out: it is ready then, and a graph that does not load is found at once.</summary>
    AtStart,

    /// <summary>
    /// The model is given out when its bundle is checked, and its graphs are loaded side by side meanwhile. Who needs one waits for it, so that a picture is encoded while the
    /// decoder is still being loaded. A graph that does not load fails the requests that need it.
    /// </summary>
    InBackground,

    /// <summary>Each when something needs it first: questions that end without masks never load what makes them.</summary>
    WhenNeeded,
}
