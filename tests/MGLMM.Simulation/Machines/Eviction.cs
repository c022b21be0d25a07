namespace MGLMM.Simulation.Machines;

/// <summary>What a worker lets go when its memory for pictures is full.</summary>
internal enum Eviction
{
    /// <summary>Keys and values of what was used longest ago; encodings only when no keys and values are left.</summary>
    StatesFirst,

    /// <summary>What ships (<c>ImageStateStore</c>): everything of the picture that was used longest ago.</summary>
    OldestPicture,
}
