namespace MGLMM;

/// <summary>How far a long piece of work is.</summary>
/// <param name="Work">What is being done, in words.</param>
/// <param name="Done">How much of it is done.</param>
/// <param name="Total">How much there is; 0 where nobody knows.</param>
/// <param name="Unit">What is counted, in words; empty where the work is one piece.</param>
public sealed record WorkProgress(string Work, long Done = 0, long Total = 0, string Unit = "")
{
    /// <summary>What is done of this work, 0 to 1; null where it is not known.</summary>
    public double? Fraction => Total > 0 ? Math.Clamp((double)Done / Total, 0, 1) : null;

    /// <summary>The work and how far it is, for people.</summary>
    public override string ToString() => (Unit.Length, Total) switch
    {
        (0, _) => Work,
        (_, > 0) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Work} ({Done:N0} of {Total:N0} {Unit})"),
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Work} ({Done:N0} {Unit})"),
    };
}
