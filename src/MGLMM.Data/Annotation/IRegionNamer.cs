namespace MGLMM.Data.Annotation;

/// <summary>Gives regions a short name and a caption. Thread-safe.</summary>
public interface IRegionNamer
{
    /// <summary>Its name in settings and reports.</summary>
    public string Name { get; }

    /// <summary>Names a region.</summary>
    /// <param name="scene">The picture.</param>
    /// <param name="annotation">What is known of it.</param>
    /// <param name="region">One of its regions.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The region with <see cref="AnnotatedRegion.Phrase"/>, <see cref="AnnotatedRegion.Label"/> and <see cref="AnnotatedRegion.Caption"/>; null where it cannot be named.</returns>
    public Task<AnnotatedRegion?> NameAsync(AnnotationScene scene, PictureAnnotation annotation, AnnotatedRegion region, CancellationToken cancellationToken = default);
}
