namespace MGLMM.Runtime.Answers;

/// <summary>How one instruction is answered.</summary>
public sealed class AskOptions
{
    /// <summary>The options where none are given.</summary>
    public static AskOptions Default { get; } = new();

    /// <summary>Tokens to generate at most; at least 1.</summary>
    public int MaximumNewTokens { get; init; } = 512;
}
