namespace MGLMM.Runtime.Inference;

/// <summary>One token of one sequence, which waits for the device and may be fed by whoever has it, along with theirs. One for each answer; reused.</summary>
internal sealed class SharedStep(DecodingState state)
{
    /// <summary>The sequence.</summary>
    public DecodingState State => state;

    /// <summary>What is fed.</summary>
    public int Token { get; set; }

    /// <summary>Whether another's run has taken it over. Of the lane, under its lock.</summary>
    public bool IsTaken { get; set; }

    /// <summary>Whether the run that had taken it over left it out: it has to be made alone.</summary>
    public bool IsLeftOut { get; set; }

    /// <summary>Where its keys and values are in the shared buffers; negative while they are in the sequence's own. Of whoever has the device.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>The positions that the sequence's own buffers hold; those behind them are in its slot alone.</summary>
    public int OwnPositions { get; set; }
}
