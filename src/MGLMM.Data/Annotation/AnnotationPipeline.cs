namespace MGLMM.Data.Annotation;

/// <summary>Takes the steps one after the other. Thread-safe.</summary>
public sealed class AnnotationPipeline
{
    /// <summary>Takes the steps.</summary>
    /// <param name="steps">In order, with different names.</param>
    /// <exception cref="ArgumentException">There is no step, or two have one name.</exception>
    public AnnotationPipeline(IReadOnlyList<IAnnotationStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0 || steps.Select(step => step.Name).Distinct(StringComparer.Ordinal).Count() != steps.Count)
        {
            throw new ArgumentException("A pipeline has at least one step, and its steps have different names.", nameof(steps));
        }

        Steps = steps;
    }

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<IAnnotationStep> Steps { get; }

    /// <summary>Annotates one picture.</summary>
    /// <param name="scene">The picture.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>What each step made of it.</returns>
    public async Task<IReadOnlyList<AnnotationStepResult>> AnnotateAsync(AnnotationScene scene, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        List<AnnotationStepResult> results = new();
        PictureAnnotation annotation = new() { Width = scene.Image.Width, Height = scene.Image.Height };
        foreach (IAnnotationStep step in Steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(await step.RunAsync(scene, annotation, cancellationToken).ConfigureAwait(false));
            annotation = results[^1].Annotation;
        }

        return results;
    }
}
