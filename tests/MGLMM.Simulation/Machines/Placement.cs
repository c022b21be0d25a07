namespace MGLMM.Simulation.Machines;

/// <summary>Who says where a question goes.</summary>
internal enum Placement
{
    /// <summary>What ships: <c>PictureDirector.Choose</c> for a new picture, the same worker for a known one, more workers for one that is asked about a lot.</summary>
    Affinity,

    /// <summary>Workers take turns.</summary>
    Turns,

    /// <summary>The worker with the fewest questions at this moment, which no real gateway knows so well.</summary>
    LeastBusy,
}
