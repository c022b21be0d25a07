namespace MGLMM.Simulation.Machines;

/// <summary>What a worker lets go when its memory for pictures is full.</summary>
internal enum Eviction
{
    /// <summary>What ships (<c>ImageStateStore</c>): keys and values of what was used longest ago; encodings only when no keys and values are left.</summary>
    StatesFirst,

    /// <summary>Everything of the picture that was used longest ago.</summary>
    OldestPicture,
}
