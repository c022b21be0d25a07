namespace MGLMM.Data.Annotation;

/// <summary>Looks for what is wrong in an annotation. Thread-safe.</summary>
public interface IAnnotationCheck
{
    /// <summary>Its name in evidence and reports, such as <c>ask_back</c>.</summary>
    public string Name { get; }

    /// <summary>What its findings depend on, as <see cref="IAnnotationStep.Settings"/>.</summary>
    public string Settings { get; }

    /// <summary>Whether it looks at captions, which change when regions are dropped, and not at regions alone: it is asked again then.</summary>
    public bool ReadsCaptions { get; }

    /// <summary>Checks an annotation.</summary>
    /// <param name="scene">The picture.</param>
    /// <param name="annotation">What is claimed of it.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task<CheckResult> CheckAsync(AnnotationScene scene, PictureAnnotation annotation, CancellationToken cancellationToken = default);
}

/// <summary>What a check found.</summary>
/// <param name="Findings">What is wrong.</param>
/// <param name="Evidence">How far each region holds, 0 to 1, by its id; regions that it cannot judge are left out.</param>
public sealed record CheckResult(IReadOnlyList<CheckFinding> Findings, IReadOnlyDictionary<string, double> Evidence);

/// <summary>Something wrong.</summary>
/// <param name="Region">The region, or the one whose caption it is; null for the picture.</param>
/// <param name="Remedy">What is to be done about it.</param>
/// <param name="Reason">What is wrong, in words that do not depend on which one it is.</param>
/// <param name="Detail">What it is in this case; may be empty.</param>
public sealed record CheckFinding(string? Region, CheckRemedy Remedy, string Reason, string Detail);

/// <summary>What is to be done about a finding.</summary>
public enum CheckRemedy
{
    /// <summary>Nothing: it is only counted.</summary>
    Note,

    /// <summary>The region goes; what it consists of goes to what it was part of.</summary>
    DropRegion,

    /// <summary>The colours go out of its phrase, which stays otherwise.</summary>
    DropColours,

    /// <summary>The caption is written anew, by rules.</summary>
    Recompose,
}
