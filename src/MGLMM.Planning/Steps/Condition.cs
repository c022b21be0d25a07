namespace MGLMM.Planning.Steps;

/// <summary>What words behind a noun say more of it: "on the left", "beside the house", "with a chimney".</summary>
/// <param name="Kind">What is to be checked.</param>
/// <param name="Word">The side, the relation or the colour.</param>
/// <param name="Of">What it is in relation to, or what it has; empty where there is no such thing.</param>
/// <param name="Said">The words as they were said.</param>
internal sealed record Condition(ConditionKind Kind, string Word, string Of, string Said)
{
    /// <summary>Whether it must not hold.</summary>
    public bool IsNegated { get; init; }
}
