namespace MGLMM.Masks;

/// <summary>Which pixels count as neighbours when a mask is taken apart into connected pieces.</summary>
public enum Connectivity
{
    /// <summary>Pixels that share a side.</summary>
    Four = 4,

    /// <summary>Pixels that share a side or a corner.</summary>
    Eight = 8,
}
