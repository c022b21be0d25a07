namespace MGLMM.Data.Annotation.Runs;

/// <summary>How far a run is.</summary>
/// <param name="Picture">The picture that was just worked on.</param>
/// <param name="Step">The step that was just taken.</param>
/// <param name="Done">Pictures that are done.</param>
/// <param name="Total">Pictures in all.</param>
/// <param name="Kept">Pictures that were done by an earlier run.</param>
/// <param name="Elapsed">Time spent on the others.</param>
public readonly record struct AnnotationProgress(string Picture, string Step, int Done, int Total, int Kept, TimeSpan Elapsed)
{
    /// <summary>How long the rest takes at the pace so far; null before the first picture is done.</summary>
    public TimeSpan? Remaining => Done > Kept ? Elapsed * ((double)(Total - Done) / (Done - Kept)) : null;
}
