namespace MGLMM.Data.Annotation;

/// <summary>Writes the caption of a node, in which every child is named exactly once. Thread-safe.</summary>
public interface ICaptionComposer
{
    /// <summary>Its name in settings, captions and reports.</summary>
    public string Name { get; }

    /// <summary>Writes a caption.</summary>
    /// <param name="scene">The picture.</param>
    /// <param name="annotation">What is known of it; relations may be told, none may be made up.</param>
    /// <param name="node">The region that is described; null for the picture.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>Null where it has nothing usable to say; another composer is asked then.</returns>
    public Task<NodeCaption?> ComposeAsync(AnnotationScene scene, PictureAnnotation annotation, string? node, CancellationToken cancellationToken = default);
}
