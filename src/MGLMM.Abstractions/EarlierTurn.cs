namespace MGLMM;

/// <summary>A turn of an earlier dialogue.</summary>
/// <param name="Instruction">What was asked.</param>
/// <param name="Answer">What was answered: <see cref="GroundedAnswer.Text"/>, with markup; an end token at its end may be left out.</param>
public sealed record EarlierTurn(string Instruction, string Answer)
{
    /// <summary>The boxes that it was asked with (<see cref="GroundedAnswer.Regions"/>); null takes those of the turn before.</summary>
    public IReadOnlyList<RegionBox>? Regions { get; init; }
}
