namespace MGLMM.Data.SegCap;

/// <summary>An earlier turn of a dialogue.</summary>
/// <param name="Instruction">What was asked.</param>
/// <param name="Answer">What was answered, with markup and without an end token.</param>
public sealed record SegCapTurn(string Instruction, string Answer);
