namespace MGLMM.Evaluation;

/// <summary>How far an evaluation has come.</summary>
/// <param name="Done">Samples answered, those of earlier runs included.</param>
/// <param name="Total">Samples in all.</param>
/// <param name="Kept">Samples whose answers were there already.</param>
/// <param name="Elapsed">Time spent on the others so far.</param>
public readonly record struct EvaluationProgress(int Done, int Total, int Kept, TimeSpan Elapsed)
{
    /// <summary>How long the rest takes at the pace so far; null before the first answer.</summary>
    public TimeSpan? Remaining => Done > Kept ? Elapsed * ((double)(Total - Done) / (Done - Kept)) : null;
}
