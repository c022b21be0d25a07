namespace MGLMM;

/// <summary>How one instruction is answered. Immutable; survives serialisation.</summary>
public sealed record AskOptions
{
    /// <summary>The options where none are given.</summary>
    public static AskOptions Default { get; } = new();

    /// <summary>Tokens to generate at most; at least 1.</summary>
    public int MaximumNewTokens { get; init; } = 512;

    /// <summary>Turns that this one goes on from, oldest first.</summary>
    public IReadOnlyList<EarlierTurn> EarlierTurns { get; init; } = [];
}
