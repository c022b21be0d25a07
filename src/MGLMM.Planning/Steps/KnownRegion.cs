namespace MGLMM.Planning.Steps;

/// <summary>A region as a function's record tells it.</summary>
/// <param name="Handle">Its handle.</param>
/// <param name="Phrase">What the model called it; empty where it gave no words.</param>
public sealed record KnownRegion(string Handle, string Phrase)
{
    /// <summary>The phrase with the handle, as an answer names it.</summary>
    public override string ToString() => Phrase.Length == 0 ? $"[{Handle}]" : $"{Phrase} [{Handle}]";
}
