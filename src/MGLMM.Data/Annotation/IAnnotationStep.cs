namespace MGLMM.Data.Annotation;

/// <summary>
/// A step of the pipeline: takes what is known of a picture and makes it more or better. A host leaves steps out, puts others in between or writes its
/// own. Thread-safe, and the same for the same picture: a run that was stopped is to go on as if it had not been.
/// </summary>
public interface IAnnotationStep
{
    /// <summary>The step's name in files and reports, such as <c>cleaning</c>; different ones in one pipeline.</summary>
    public string Name { get; }

    /// <summary>
    /// What its results depend on beside the picture: its version, its settings, the model that it asks. A run does not go on with lines that were
    /// written under other settings.
    /// </summary>
    public string Settings { get; }

    /// <summary>
    /// What its results for one picture depend on besides, such as a file of masks: a hash of it. A run does not go on with lines that were written with
    /// another one. Null where there is nothing of the kind.
    /// </summary>
    /// <param name="picture">The picture's name, as <see cref="AnnotationScene.Name"/>.</param>
    public string? FingerprintOf(string picture) => null;

    /// <summary>Takes the step.</summary>
    /// <param name="scene">The picture.</param>
    /// <param name="before">What is known of it.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task<AnnotationStepResult> RunAsync(AnnotationScene scene, PictureAnnotation before, CancellationToken cancellationToken = default);
}
